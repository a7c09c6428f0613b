// SPDX-License-Identifier: Apache-2.0
// Streams of synthetic frames for the tests of the load generator.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

using Bytes = std::vector<std::byte>;

constexpr std::uint32_t kStation = 7;
constexpr std::uint64_t kFirst = 65'000'000'000;

inline Bytes& operator+=(Bytes& stream, const Bytes& more) {
    stream.insert(stream.end(), more.begin(), more.end());
    return stream;
}

/// Makes what a source of one format sends.
class StreamBuilder {
  public:
    explicit StreamBuilder(FormatKind kind = FormatKind::Mp3) : format_(frame_format(kind)) {}

    const FrameFormat& format() const { return format_; }

    Bytes frame(const FrameIdentity& identity, std::uint32_t kbps = 128) const {
        std::array<std::byte, kFrameBytesMax> buffer{};
        const std::size_t size = format_.write(identity, kbps, buffer);
        return {buffer.data(), buffer.data() + size};
    }

    Bytes frame(std::uint64_t number, std::uint32_t station = kStation) const {
        const std::uint64_t sequence = kFirst + number;
        return frame(FrameIdentity{station, sequence, kFirst, format_.due_us(sequence)});
    }

    /// Frames `from` up to, not including, `to`.
    Bytes frames(std::uint64_t from, std::uint64_t to) const {
        Bytes stream;
        for (std::uint64_t number = from; number < to; ++number) {
            stream += frame(number);
        }
        return stream;
    }

    /// The stream header of a connection; empty where the format has none.
    Bytes header(std::uint64_t session = kFirst, std::uint32_t station = kStation) const {
        std::array<std::byte, kFrameBytesMax> buffer{};
        const std::size_t size =
            format_.write_stream_header({station, session, session, 0}, buffer);
        return {buffer.data(), buffer.data() + size};
    }

  private:
    const FrameFormat& format_;
};

inline Bytes cut(const Bytes& bytes, std::size_t from, std::size_t to) {
    return {bytes.begin() + static_cast<std::ptrdiff_t>(from),
            bytes.begin() + static_cast<std::ptrdiff_t>(to)};
}

/// For names of tests of each format.
inline std::string name_of(FormatKind kind) {
    return std::string(frame_format(kind).traits().name);
}

/// Calls take(span) with consecutive pieces of 1 to `piece_max` bytes.
template <class Take>
void in_pieces(std::span<const std::byte> bytes, std::size_t piece_max, std::mt19937_64& random,
               Take take) {
    while (!bytes.empty()) {
        const std::size_t size = std::min<std::size_t>(bytes.size(), 1 + random() % piece_max);
        take(bytes.first(size));
        bytes = bytes.subspan(size);
    }
}

}  // namespace ringcast::loadtest

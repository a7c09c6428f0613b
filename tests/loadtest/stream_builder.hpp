// SPDX-License-Identifier: Apache-2.0
// Streams of synthetic frames for the tests of the load generator.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

using Bytes = std::vector<std::byte>;

constexpr std::uint32_t kStation = 7;
constexpr std::uint64_t kFirst = 65'000'000'000;

inline Bytes frame(const FrameIdentity& identity, std::uint32_t kbps = 128) {
    std::array<std::byte, kFrameBytesMax> buffer{};
    const std::size_t size = write_frame(identity, kbps, buffer);
    return {buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size)};
}

inline Bytes frame(std::uint64_t number, std::uint32_t station = kStation) {
    return frame(FrameIdentity{station, kFirst + number, kFirst, frame_due_us(kFirst + number)});
}

inline Bytes& operator+=(Bytes& stream, const Bytes& more) {
    stream.insert(stream.end(), more.begin(), more.end());
    return stream;
}

/// Frames `from` up to, not including, `to`.
inline Bytes frames(std::uint64_t from, std::uint64_t to) {
    Bytes stream;
    for (std::uint64_t number = from; number < to; ++number) {
        stream += frame(number);
    }
    return stream;
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

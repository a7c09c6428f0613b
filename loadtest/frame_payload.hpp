// SPDX-License-Identifier: Apache-2.0
// What the frames of all formats are filled with: the identity, and bytes that can be foretold.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

constexpr std::size_t kIdentityBytes = 32;

/// Value of the top bit of each byte of an identity, so that it cannot be the format's marker.
enum class TopBit : std::uint8_t { Clear, Set };

/// Four words of 56 bits, 7 bits to a byte: sequence, session, send time, and station (24 bits)
/// with a checksum (32 bits) of all and the bitrate.
[[nodiscard]] std::array<std::byte, kIdentityBytes> identity_bytes(const FrameIdentity& identity,
                                                                   std::uint32_t kbps, TopBit top);

/// Undoes identity_bytes(); nothing when a bit is wrong.
[[nodiscard]] std::optional<FrameIdentity> read_identity(
    std::span<const std::byte, kIdentityBytes> bytes, std::uint32_t kbps, TopBit top);

/// A number that is chosen by what the frame is, but for its times.
[[nodiscard]] std::uint64_t body_choice(const FrameIdentity& identity, std::uint32_t kbps);

/// Byte `i` of an endless pseudo-random sequence without 0xFF and 'O', the markers of all formats.
[[nodiscard]] std::byte payload_byte(std::uint64_t i);

/// `size` bytes of a table of such bytes, chosen by what the frame is. Requires: size is at most
/// kFrameBytesMax. The span stays valid for ever.
[[nodiscard]] std::span<const std::byte> payload(const FrameIdentity& identity, std::uint32_t kbps,
                                                 std::size_t size);

/// Length of frame `sequence` of a stream with `bytes` bytes in each `frames` frames: the fraction
/// is spread evenly, as MPEG's padding wants it (ISO/IEC 11172-3 2.4.3.1).
[[nodiscard]] constexpr std::size_t even_share(std::uint64_t bytes, std::uint64_t frames,
                                               std::uint64_t sequence) {
    const std::uint64_t phase = sequence % frames;
    return (phase + 1) * bytes / frames - phase * bytes / frames;
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// MPEG-1 layer III frames (44.1 kHz stereo, constant bitrate, padding as ISO/IEC 11172-3 2.4.3.1
// wants it) that say which they are and of which every byte can be foretold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace ringcast::loadtest {

// A frame is laid out like this:
//
//   4   frame header
//   32  side information, all zero: the frame has no main data, so a decoder plays silence
//   32  identity: four words of 56 bits, 7 bits to a byte: sequence, session, send time, and
//       station (24 bits) with a checksum of all (32 bits)
//   ..  a part of one pseudo-random table, chosen by station, sequence and bitrate
//
// 0xFF occurs nowhere but in the first byte of a frame, so finding a frame again is unambiguous.
//
// Frames are numbered by time: frame n is due n * 1152 / 44100 s after 1970. So numbers go on over
// reconnects and over runs of the tool, and never meet older ones that a server still holds.

constexpr std::size_t kFrameHeadBytes = 4 + 32 + 32;
constexpr std::size_t kFrameBytesMax = 1045;  ///< 320 kbit/s with padding
constexpr std::uint32_t kStationMax = (1U << 24) - 1;
constexpr std::uint64_t kSequenceMax = (std::uint64_t{1} << 56) - 1;

/// What a frame says of itself.
struct FrameIdentity {
    std::uint32_t station = 0;   ///< at most kStationMax
    std::uint64_t sequence = 0;  ///< at most kSequenceMax
    std::uint64_t session = 0;   ///< sequence of the first frame of the source's connection
    std::int64_t sent_us = 0;    ///< wall clock when the source wrote it

    friend bool operator==(const FrameIdentity&, const FrameIdentity&) = default;
};

struct FrameHead {
    FrameIdentity identity;
    std::uint32_t kbps = 0;
    std::size_t frame_bytes = 0;  ///< whole frame, head included
};

/// True for the 14 bitrates of MPEG-1 layer III: 32, 40, 48, 56, 64, 80 .. 320.
[[nodiscard]] bool valid_bitrate(std::uint32_t kbps);

/// Length of frame `sequence`, padding included. Requires: valid_bitrate(kbps).
[[nodiscard]] std::size_t frame_bytes(std::uint32_t kbps, std::uint64_t sequence);

/// When frame `sequence` is due, in microseconds since 1970.
[[nodiscard]] std::int64_t frame_due_us(std::uint64_t sequence);

/// The first frame that is not due before `time_us` (not negative).
[[nodiscard]] std::uint64_t frame_at(std::int64_t time_us);

/// Writes the frame to the beginning of `out` and returns its length. Requires:
/// valid_bitrate(kbps).
std::size_t write_frame(const FrameIdentity& identity, std::uint32_t kbps,
                        std::span<std::byte, kFrameBytesMax> out);

/// Reads a frame's head; nothing if any bit of it is not as write_frame() would have written it.
[[nodiscard]] std::optional<FrameHead> read_frame_head(
    std::span<const std::byte, kFrameHeadBytes> bytes);

/// The bytes that must follow the head. The span stays valid for ever.
[[nodiscard]] std::span<const std::byte> frame_body(const FrameHead& head);

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// The headers in a native FLAC stream (RFC 9639): where a stream begins, and where a frame does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/framing/tags.hpp"

namespace ringcast::core::framing {

/// "fLaC", then the STREAMINFO block with its header (sections 6, 8.1 and 8.2).
constexpr std::size_t kFlacStreamStartBytes = 4 + 4 + 34;

/// Longest frame header with its checksum (section 9.1).
constexpr std::size_t kFlacFrameHeaderBytesMax = 16;

/// Whether a stream begins at the first of `bytes`; decided by at most 8 bytes.
[[nodiscard]] Match flac_stream_at(std::span<const std::byte> bytes);

struct FlacStreamInfo {
    std::uint32_t sample_rate = 0;  ///< Hz; 0: not said
    std::uint32_t channels = 0;
};

/// Requires: flac_stream_at() says Yes, and kFlacStreamStartBytes bytes.
[[nodiscard]] FlacStreamInfo flac_stream_info(std::span<const std::byte> bytes);

struct FlacFrameHeader {
    Match match = Match::No;
    std::uint32_t bytes = 0;        ///< of the header, checksum included; from here on when Yes
    std::uint32_t samples = 0;      ///< per channel, never 0
    std::uint32_t sample_rate = 0;  ///< Hz; 0: as STREAMINFO says
    std::uint32_t channels = 0;
};

/// The frame header that begins at the first of `bytes`: its forbidden values are absent and its
/// checksum is right. Decided by at most kFlacFrameHeaderBytesMax bytes.
[[nodiscard]] FlacFrameHeader flac_frame_header_at(std::span<const std::byte> bytes);

}  // namespace ringcast::core::framing

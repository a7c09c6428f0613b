// SPDX-License-Identifier: Apache-2.0
// The scanner for formats whose frames stand one behind the other, each with a short header that
// says the frame's length: MPEG audio and ADTS. A header is too weak to be believed alone, so the
// first one must be followed by others of the same stream; from there each frame leads to the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/framing/frame_scanner.hpp"
#include "core/framing/sample_clock.hpp"
#include "core/framing/tags.hpp"

namespace ringcast::core::framing {

struct ChainedFrame {
    std::uint32_t bytes =
        0;  ///< the whole frame; at least its header, at most kChainedFrameBytesMax
    std::uint32_t samples = 0;      ///< per channel
    std::uint32_t sample_rate = 0;  ///< Hz, never 0
    std::uint32_t channels = 0;     ///< 0: not said
    std::uint32_t bitrate = 0;      ///< bit/s; 0: not said
    std::uint32_t stream_key = 0;   ///< header bits that are the same in all frames of a stream
    std::string_view codec;         ///< a string literal
};

/// No frame of the formats below is longer (ADTS: 13 bits).
constexpr std::size_t kChainedFrameBytesMax = 8191;

/// Every header begins with the byte 0xFF.
struct ChainedSyntax {
    /// The frame whose header stands in the first `header_bytes` bytes, which the caller has.
    std::optional<ChainedFrame> (*parse)(std::span<const std::byte> bytes) = nullptr;
    std::size_t header_bytes = 0;
};

/// Locked, it returns a frame as soon as its last byte is shown, whatever stands behind it. Where
/// no frame of the same stream follows, it searches again, and all up to the next lock or tag is
/// Junk.
class FrameChainScanner final : public FrameScanner {
  public:
    explicit FrameChainScanner(ChainedSyntax syntax) : syntax_(syntax) {}

    ScanUnit next(std::span<const std::byte> bytes) override;
    StreamFormat format() const override;

  private:
    ScanUnit search(std::span<const std::byte> window);
    /// Whether a frame and two more of its stream begin at the first of `bytes`, which is 0xFF.
    Match chain_at(std::span<const std::byte> bytes) const;
    ScanUnit tag_piece(std::span<const std::byte> window);
    ScanUnit frame(const ChainedFrame& header);

    ChainedSyntax syntax_;
    bool locked_ = false;
    std::uint64_t tag_bytes_left_ = 0;
    std::uint32_t frames_of_stream_ = 0;  ///< counted to 2
    std::uint32_t bitrate_ = 0;
    ChainedFrame last_;
    SampleClock clock_;
};

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
// Native FLAC (RFC 9639). A frame does not say its length: it ends where its checksum is right and
// the next frame header or stream begins. So bytes inside that look like a header do not split it,
// and a frame is returned when the header behind it is shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "core/framing/flac_headers.hpp"
#include "core/framing/frame_scanner.hpp"
#include "core/framing/sample_clock.hpp"

namespace ringcast::core::framing {

/// Most bytes of one stream's metadata that are Header; blocks above that (cover art) are Junk.
constexpr std::size_t kFlacHeadersBytesMax = kUnitBytesMax;

/// Longer frames are not found: the next frame's header must fit behind within kUnitBytesMax.
constexpr std::size_t kFlacFrameBytesMax = kUnitBytesMax - kFlacFrameHeaderBytesMax;

class FlacScanner final : public FrameScanner {
  public:
    ScanUnit next(std::span<const std::byte> bytes) override;
    StreamFormat format() const override;
    bool take_title(std::string& title) override;
    void complete_headers(std::span<std::byte> headers) const override;

  private:
    /// A stretch that begins at a frame header and has been checksummed up to `end`.
    struct Stretch {
        std::size_t begin = 0;
        std::size_t end = 0;
        std::uint16_t crc = 0;

        bool is_frame_up_to(std::size_t new_end, std::span<const std::byte> window);
    };

    /// How far the end of the frame at the front has been looked for, so that showing more bytes
    /// does not look at the same ones again.
    struct EndSearch {
        std::size_t at = 0;            ///< all before holds no end
        Stretch frame;                 ///< from the front
        std::optional<Stretch> rival;  ///< from the newest header that did not end the frame
    };

    ScanUnit stream_start(std::span<const std::byte> window);
    ScanUnit metadata_block(std::span<const std::byte> window);
    ScanUnit frame(std::span<const std::byte> window, const FlacFrameHeader& header);
    ScanUnit whole_frame(const FlacFrameHeader& header);
    ScanUnit find_start(std::span<const std::byte> window);
    ScanUnit skipped_piece(std::span<const std::byte> window);
    ScanUnit end_search(ScanUnit::Kind kind, std::size_t bytes);

    bool in_metadata_ = false;
    std::uint64_t skip_bytes_left_ = 0;  ///< of a tag or a large metadata block
    std::size_t headers_bytes_ = 0;      ///< Header bytes of this stream
    FlacStreamInfo info_;
    EndSearch search_;
    SampleClock clock_;
    std::string title_;  ///< empty: none to take
};

[[nodiscard]] std::unique_ptr<FrameScanner> make_flac_scanner();

}  // namespace ringcast::core::framing

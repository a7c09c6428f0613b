// SPDX-License-Identifier: Apache-2.0
// What a station knows about audio: where frames begin and end, where a decoder can start, and
// which bytes a new listener needs first. One scanner per source; it sees every byte once, in
// order, and changes none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ringcast::core::framing {

/// What stands at the beginning of the bytes that a scanner was shown.
struct ScanUnit {
    enum class Kind : std::uint8_t {
        NeedMore,  ///< nothing whole yet: show the same bytes again with more behind them
        Frame,     ///< a whole frame, page, block or cluster head; may be published
        Header,  ///< bytes of the stream headers that a new listener needs first; may be published
        Junk,    ///< tags and other bytes that belong to no frame; pass, but nothing starts here
    };
    Kind kind = Kind::NeedMore;
    bool sync =
        false;  ///< Frame only: a new decoder that got the headers can start at the first byte
    bool chain_start =
        false;  ///< Header only: the first header of a new chain; earlier headers no longer hold
    std::uint32_t bytes = 0;        ///< length of the unit; 0 exactly when NeedMore
    std::uint64_t duration_us = 0;  ///< Frame only: playing time that this unit adds
};

/// What is known of the audio so far; zero or empty where unknown.
struct StreamFormat {
    std::string codec;  ///< "MP3", "MP2", "MP1", "AAC", "Vorbis", "Opus", "FLAC", "WebM", ""
    std::uint32_t sample_rate = 0;  ///< Hz
    std::uint32_t channels = 0;
    std::uint32_t bitrate = 0;  ///< bit/s as the headers say it; 0 for formats that do not
};

/// Finds the units of one stream. Deterministic; no I/O, no clock. Not thread-safe: the ring's
/// writer owns it. Allocates at most while headers are read, never per frame in the steady state.
class FrameScanner {
  public:
    virtual ~FrameScanner() = default;

    /// The unit at the beginning of `bytes`, which starts at the first byte not yet returned in a
    /// unit. A unit's `bytes` is at most `bytes.size()` and at most kUnitBytesMax. The answer must
    /// not depend on how much more is shown than the unit needs, but for Junk, which may come in
    /// any number of pieces.
    [[nodiscard]] virtual ScanUnit next(std::span<const std::byte> bytes) = 0;

    /// True when this format frames its bytes. False for the pass-through scanner, whose units
    /// carry no duration: the station then counts time by arrival.
    [[nodiscard]] virtual bool frames() const { return true; }

    [[nodiscard]] virtual StreamFormat format() const = 0;

    /// Moves a title that came with the last returned unit (Ogg comments) into `title` ("artist -
    /// title", UTF-8) and returns true; false when there was none.
    virtual bool take_title(std::string& title) {
        (void)title;
        return false;
    }

    /// Makes the Header bytes of one chain, in order, whole for a new listener when parts of the
    /// stream's headers came as Junk (FLAC: cover art), by changing bytes in place. To be called
    /// once all Headers of the chain are there, before they are given to listeners.
    virtual void complete_headers(std::span<std::byte> headers) const { (void)headers; }
};

/// Longest unit that a scanner returns; what cannot be framed within it is returned as Junk.
constexpr std::size_t kUnitBytesMax = std::size_t{96} * 1024;

/// The scanner for a content type (parameters after ';' and letter case are ignored); unknown types
/// pass through. Never null.
[[nodiscard]] std::unique_ptr<FrameScanner> make_scanner(std::string_view content_type);

}  // namespace ringcast::core::framing

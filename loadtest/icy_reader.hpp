// SPDX-License-Identifier: Apache-2.0
// Takes the metadata blocks out of a received ICY stream and verifies them: one block exactly every
// metaint audio bytes, well formed, with a title that belongs to the station and to the audio
// around it. Takes bytes in any split; no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "loadtest/stream_checker.hpp"

namespace ringcast::loadtest {

/// What a synthetic source puts on the air as a title.
struct Title {
    std::uint32_t station = 0;
    std::uint64_t sequence = 0;  ///< newest frame that the source had sent when it set the title

    friend bool operator==(const Title&, const Title&) = default;
};

[[nodiscard]] std::string title_text(const Title& title);

/// Nothing if `text` is not exactly what title_text() gives for some title.
[[nodiscard]] std::optional<Title> parse_title(std::string_view text);

struct IcyCounts {
    std::uint64_t blocks = 0;
    std::uint64_t titles = 0;        ///< blocks with one of our titles
    std::uint64_t early_titles = 0;  ///< more than a second ahead of the audio that they came with
    std::uint64_t malformed_blocks = 0;  ///< wrong shape, or a block stands where it should not
    std::uint64_t wrong_titles = 0;      ///< of another station, garbled, or older than the last

    friend bool operator==(const IcyCounts&, const IcyCounts&) = default;

    void add(const IcyCounts& other);
    [[nodiscard]] std::uint64_t faults() const { return malformed_blocks + wrong_titles; }
};

/// Not thread-safe: its listener's thread owns it.
class IcyReader {
  public:
    /// Requires: metaint > 0.
    explicit IcyReader(std::uint32_t metaint);

    /// Passes the audio in `bytes` on to `stream` and verifies the blocks between.
    void consume(std::span<const std::byte> bytes, StreamChecker& stream, const Reception& at);

    [[nodiscard]] const IcyCounts& counts() const { return counts_; }

  private:
    void begin_block(std::byte length);
    void take_text(std::span<const std::byte> bytes);
    void block_complete(const StreamChecker& stream);
    void check_title(std::string_view text, const StreamChecker& stream);

    // Longer than any text of ours; what a block has beyond it (StreamUrl) is not looked at.
    static constexpr std::size_t kTextBytesKept = 128;

    IcyCounts counts_;
    std::uint32_t metaint_;
    std::uint32_t audio_left_;      // until the next length byte
    std::uint32_t block_left_ = 0;  // of the block that is being read
    std::uint64_t newest_title_ = 0;
    std::uint16_t text_filled_ = 0;
    bool ended_ = false;   // the zero padding has begun
    bool broken_ = false;  // text after zero padding
    std::array<char, kTextBytesKept> text_{};
};

}  // namespace ringcast::loadtest

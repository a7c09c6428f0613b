// SPDX-License-Identifier: Apache-2.0
// What a WebM or Matroska stream's headers say about its audio, and the times in its blocks
// (RFC 9559 sections 5.1.2, 5.1.4 and 10).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace ringcast::core::framing {

struct WebmTrack {
    std::uint64_t number = 0;  ///< 0: there is none
    bool audio = false;
    std::string codec;              ///< "Opus", "Vorbis", "FLAC", "AAC", "MP3", or "WebM"
    std::uint32_t sample_rate = 0;  ///< Hz
    std::uint32_t channels = 0;
};

/// The track by which time is counted, from the payload of Tracks: the first audio track, without
/// one the first track.
[[nodiscard]] WebmTrack webm_main_track(std::span<const std::byte> tracks);

/// Nanoseconds per tick, from the payload of Info; 1,000,000 when it says nothing sane.
[[nodiscard]] std::uint64_t webm_timestamp_scale(std::span<const std::byte> info);

struct WebmBlock {
    std::uint64_t track = 0;
    std::int16_t ticks = 0;  ///< after the cluster's timestamp
};

/// The front of a block's payload, which may be cut short.
[[nodiscard]] std::optional<WebmBlock> webm_block(std::span<const std::byte> payload);

/// The front of the block in the payload of a BlockGroup, which may be cut short.
[[nodiscard]] std::optional<WebmBlock> webm_block_in_group(std::span<const std::byte> payload);

/// Playing time from the times of the blocks of one track.
class WebmClock {
  public:
    /// A chain begins: times begin anywhere.
    void restart() { *this = {}; }
    void set_scale(std::uint64_t nanoseconds_per_tick) { scale_ns_ = nanoseconds_per_tick; }
    void begin_cluster(std::uint64_t ticks) { cluster_ticks_ = ticks; }

    /// Microseconds from the block before to this one: 0 for the first, at most kGapUsMax. Times
    /// that go back a little add nothing until they have come forward again; further back, time is
    /// counted from there.
    [[nodiscard]] std::uint64_t advance(std::int16_t block_ticks);

    static constexpr std::uint64_t kGapUsMax = 5'000'000;

  private:
    std::uint64_t scale_ns_ = 1'000'000;
    std::uint64_t cluster_ticks_ = 0;
    std::optional<std::uint64_t> counted_us_;
};

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
// Verifies one received stream of synthetic frames: every byte, their order, and how long each
// frame was under way. Takes the bytes in any split; no I/O, no clock, no allocation, about 200
// bytes of state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "loadtest/histogram.hpp"
#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

/// What was seen. A "fault" is what no server may do; a skip is what one may do to a slow listener.
struct StreamCounts {
    std::uint64_t bytes = 0;
    std::uint64_t frames = 0;          ///< whole and right to the last byte
    std::uint64_t lead_in_bytes = 0;   ///< before the first frame: the server began in mid-frame
    std::uint64_t skips = 0;           ///< jumps ahead, from one whole frame to another
    std::uint64_t skipped_frames = 0;  ///< frames left out by them
    std::uint64_t duplicates = 0;      ///< frames that came again, or after later ones
    std::uint64_t torn_frames = 0;     ///< cut short by the beginning of another
    std::uint64_t corruptions = 0;     ///< places where a byte was not what it had to be
    std::uint64_t foreign_frames = 0;  ///< frames of another station
    std::uint64_t source_changes = 0;  ///< the source reconnected; what it did not send is no skip

    void add(const StreamCounts& other);
    [[nodiscard]] std::uint64_t faults() const {
        return duplicates + torn_frames + corruptions + foreign_frames;
    }
};

/// Not thread-safe: its listener's thread owns it.
class StreamChecker {
  public:
    /// `joined_us`: when the listener asked for the stream; the latency of frames sent before (the
    /// burst) says nothing and is not recorded. Without `station` the first frame decides.
    explicit StreamChecker(std::int64_t joined_us, std::optional<std::uint32_t> station);

    /// Verifies the next bytes, received at `now_us`; records into `latency` one value for each
    /// frame that they complete.
    void consume(std::span<const std::byte> bytes, std::int64_t now_us, Histogram& latency);

    [[nodiscard]] const StreamCounts& counts() const { return counts_; }

    /// Unknown until the first frame, unless it was given.
    [[nodiscard]] std::optional<std::uint32_t> station() const { return station_; }

    /// Sequence of the newest frame of which the head was seen; nothing before the first.
    [[nodiscard]] std::optional<std::uint64_t> sequence() const;

    /// Send time of the newest whole frame; 0 before the first.
    [[nodiscard]] std::int64_t newest_sent_us() const { return newest_sent_us_; }

  private:
    enum class State : std::uint8_t { Seeking, Head, Body };
    using Bytes = std::span<const std::byte>;

    // Each takes bytes from the front and returns the rest.
    Bytes seek(Bytes bytes);
    Bytes take_head(Bytes bytes);
    Bytes take_body(Bytes bytes, std::int64_t now_us, Histogram& latency);
    void head_complete();
    void check_order(const FrameIdentity& identity);
    void frame_complete(std::int64_t now_us, Histogram& latency);
    void corrupt();

    StreamCounts counts_;
    std::int64_t joined_us_;
    std::int64_t newest_sent_us_ = 0;
    std::int64_t sent_us_ = 0;         // of the frame in hand
    std::uint64_t session_ = 0;        // of the newest frame
    std::uint64_t next_ = 0;           // the sequence that must come next
    const std::byte* body_ = nullptr;  // what must come next in the frame in hand
    std::uint32_t body_left_ = 0;      // how much of it
    std::optional<std::uint32_t> station_;
    std::uint8_t head_filled_ = 0;
    State state_ = State::Seeking;
    bool locked_ = false;  // a first frame was found
    std::array<std::byte, kFrameHeadBytes> head_{};
};

}  // namespace ringcast::loadtest

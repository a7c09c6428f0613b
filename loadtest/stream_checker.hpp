// SPDX-License-Identifier: Apache-2.0
// Verifies one received stream of synthetic frames: every byte, their order, and how long each
// frame was under way. Takes the bytes in any split; no I/O, no clock, no allocation, about 300
// bytes of state.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "loadtest/head_reader.hpp"
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
    std::uint64_t corruptions = 0;     ///< places where a byte was not what it had to be, and
                                       ///< sources whose stream header did not come first
    std::uint64_t foreign_frames = 0;  ///< frames of another station
    std::uint64_t source_changes = 0;  ///< the source reconnected; what it did not send is no skip

    friend bool operator==(const StreamCounts&, const StreamCounts&) = default;

    void add(const StreamCounts& other);
    [[nodiscard]] std::uint64_t faults() const {
        return duplicates + torn_frames + corruptions + foreign_frames;
    }
};

/// When bytes were received, and what the thread that received them keeps for all its listeners.
struct Reception {
    std::int64_t now_us = 0;
    Histogram& latency;  ///< gets one value for each frame that is completed
    HeadReader& heads;
};

/// Not thread-safe: its listener's thread owns it.
class StreamChecker {
  public:
    /// `joined_us`: when the listener asked for the stream; the latency of frames sent before (the
    /// burst) says nothing and is not recorded. Without `station` the first frame decides.
    explicit StreamChecker(std::int64_t joined_us, std::optional<std::uint32_t> station);

    /// What the stream is made of; MP3 unless said otherwise. Requires: nothing was consumed yet.
    void set_format(const FrameFormat& format) { format_ = &format; }
    [[nodiscard]] const FrameFormat& format() const { return *format_; }

    /// Verifies the next bytes.
    void consume(std::span<const std::byte> bytes, const Reception& at);

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
    Bytes take_head(Bytes bytes, const Reception& at);
    Bytes take_body(Bytes bytes, const Reception& at);
    void head_complete(const Reception& at);
    void head_failed();
    void pass_over(std::size_t bytes);
    void check_stream_header(const FrameIdentity& identity);
    void check_order(const FrameIdentity& identity);
    void frame_complete(const Reception& at);
    void corrupt();

    StreamCounts counts_;
    const FrameFormat* format_ = &frame_format(FormatKind::Mp3);
    std::int64_t joined_us_;
    std::int64_t newest_sent_us_ = 0;
    std::int64_t sent_us_ = 0;          // of the frame in hand
    std::uint64_t session_ = 0;         // of the newest frame
    std::uint64_t next_ = 0;            // the sequence that must come next
    std::uint64_t header_session_ = 0;  // of the newest stream header
    const std::byte* body_ = nullptr;   // what must come next in the frame in hand
    std::uint32_t body_left_ = 0;       // how much of it
    std::optional<std::uint32_t> station_;
    std::uint8_t head_filled_ = 0;
    State state_ = State::Seeking;
    bool locked_ = false;    // a first frame was found
    bool searching_ = true;  // for a head, so that what turns out to be none is no further fault
    std::array<std::byte, kFrameHeadBytesMax> head_{};
};

}  // namespace ringcast::loadtest

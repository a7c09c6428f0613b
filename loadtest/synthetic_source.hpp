// SPDX-License-Identifier: Apache-2.0
// One synthetic encoder: logs in, then writes frames when they are due. Its owner calls step() and
// comes back when step() says; all sockets are non-blocking, nothing here waits.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "loadtest/endpoint.hpp"
#include "loadtest/histogram.hpp"
#include "loadtest/source_login.hpp"
#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

struct SourceOptions {
    Login login;
    FormatKind format = FormatKind::Mp3;
    std::uint32_t kbps = 128;
    std::size_t write_bytes = 0;          ///< largest single write; 0: all that is due in one
    std::int64_t burst_us = 0;            ///< write what is due this often; 0: each frame when due
    std::int64_t reconnect_every_us = 0;  ///< drop the connection in mid-frame; 0: never
    Address login_address;                ///< where SHOUTcast sources log in (port + 1)
};

struct SourceTotals {
    std::uint64_t sources = 0;
    std::uint64_t logins = 0;
    std::uint64_t drops = 0;        ///< on purpose (reconnect_every_us)
    std::uint64_t disconnects = 0;  ///< not on purpose, after a login
    std::uint64_t failed_logins = 0;
    std::uint64_t frames = 0;
    std::uint64_t bytes = 0;
    Histogram lateness;  ///< from when a frame was due to when it was written
    std::map<std::string, std::uint64_t> failures;

    void merge(const SourceTotals& other);
};

/// Owned by one thread, but for newest_frame().
class SyntheticSource {
  public:
    /// Requires: target.station. `options` outlives the source.
    SyntheticSource(const SourceOptions& options, const Target& target);

    /// Does what is due at `now_us` and returns when to be called again (later than `now_us`).
    std::int64_t step(std::int64_t now_us);

    [[nodiscard]] bool streaming() const { return state_ == State::Streaming; }
    [[nodiscard]] const Target& target() const { return target_; }
    [[nodiscard]] const SourceTotals& totals() const { return totals_; }

    /// Sequence of the last frame that was written whole; 0 while not streaming. Any thread.
    [[nodiscard]] std::uint64_t newest_frame() const {
        return newest_frame_.load(std::memory_order_relaxed);
    }

  private:
    enum class State : std::uint8_t { Idle, LoggingIn, Streaming };

    std::int64_t begin_login(std::int64_t now_us);
    std::int64_t log_in(std::int64_t now_us);
    void begin_stream(std::int64_t now_us);
    std::int64_t stream(std::int64_t now_us);
    void append_due_frames(std::int64_t now_us);
    void drop_in_mid_frame(std::int64_t now_us);
    bool flush();
    bool peer_closed();
    std::int64_t fail(const std::string& reason, std::int64_t now_us);
    std::int64_t due_us(std::uint64_t sequence) const {
        return format_.due_us(sequence) + phase_us_;
    }

    const SourceOptions& options_;
    const FrameFormat& format_;
    Target target_;
    std::int64_t phase_us_;  // spreads the stations over the time of a frame
    State state_ = State::Idle;
    UniqueFd fd_;
    std::string reply_;
    std::vector<std::byte> pending_;  // to be written
    std::size_t written_ = 0;         // of pending_
    std::uint64_t session_ = 0;
    std::uint64_t next_ = 0;      // sequence of the next frame
    std::int64_t since_us_ = 0;   // the login began, or was accepted
    std::int64_t looked_us_ = 0;  // when the peer's side was looked at
    std::int64_t burst_due_us_ = 0;
    std::atomic<std::uint64_t> newest_frame_{0};
    SourceTotals totals_;
};

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// Thousands of verifying listeners on a few threads. Each thread has one epoll, one receive buffer
// and its part of the listeners; nothing is allocated once a listener streams.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "loadtest/endpoint.hpp"
#include "loadtest/histogram.hpp"
#include "loadtest/icy_reader.hpp"
#include "loadtest/stream_checker.hpp"

namespace ringcast::loadtest {

struct FleetOptions {
    std::vector<Target> targets;  ///< dealt to the listeners in turn; at least one
    std::vector<Address> from;    ///< source addresses, dealt in turn; empty: the system's
    std::size_t listeners = 1;
    double ramp_per_s = 0;     ///< new listeners a second; 0: all at once
    double icy_fraction = 0;   ///< of the listeners, that ask for metadata; 0..1
    double slow_fraction = 0;  ///< of the listeners, that read slowly; 0..1
    std::uint32_t slow_bytes_per_s = 8'000;
    std::string agent;  ///< the listeners' User-Agent
    unsigned threads = 1;
};

struct FleetTotals {
    std::uint64_t listeners = 0;
    std::uint64_t streamed = 0;      ///< got at least one byte of audio
    std::uint64_t failed = 0;        ///< never got to the stream; `failures` says why
    std::uint64_t closed_early = 0;  ///< by the server, before the end of the run
    std::uint64_t slow_closed = 0;   ///< the same, of those that read slowly
    std::uint64_t behind = 0;        ///< newest frame older than kBehindUs at the end (not slow)
    std::uint64_t mid_frame_starts = 0;  ///< the first byte was not the first of a frame
    std::uint64_t icy_wanted = 0;
    std::uint64_t icy_granted = 0;
    std::int64_t all_streaming_us = 0;  ///< from the start to the last listener's first audio
    StreamCounts fast;
    StreamCounts slow;
    IcyCounts icy;
    Histogram latency;       ///< source's send to receive, of frames sent after the join
    Histogram slow_latency;  ///< the same, of those that read slowly
    Histogram join;          ///< connect to first audio
    std::map<std::string, std::uint64_t> failures;

    void merge(const FleetTotals& other);
};

/// How old a listener's newest frame may be at the end of a run: more than any server's delivery
/// interval, less than a listener that was forgotten.
constexpr std::int64_t kBehindUs = 5'000'000;

/// Written by the fleet's threads, read by any.
struct FleetProgress {
    std::atomic<std::uint64_t> opened{0};
    std::atomic<std::uint64_t> streaming{0};
    std::atomic<std::uint64_t> bytes{0};
};

class FleetWorker;

class Fleet {
  public:
    /// Connects nothing yet.
    explicit Fleet(FleetOptions options);
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    /// Starts the threads, and so the ramp.
    void start();

    /// Ends the threads, closes all listeners, and says what they saw. Requires: start() before.
    [[nodiscard]] FleetTotals stop();

    [[nodiscard]] const FleetProgress& progress() const { return progress_; }

  private:
    FleetOptions options_;
    FleetProgress progress_;
    std::vector<std::unique_ptr<FleetWorker>> workers_;
    std::vector<std::jthread> threads_;
};

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// What a fleet of listeners saw, and its form for the way from the processes of the fleet to the
// one that reports: they are forks of one program, so numbers go as they lie in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "loadtest/histogram.hpp"
#include "loadtest/icy_reader.hpp"
#include "loadtest/stream_checker.hpp"

namespace ringcast::loadtest {

struct FleetNumbers {
    std::uint64_t connects = 0;       ///< begun, also by those who left half-way
    std::uint64_t left_by_close = 0;  ///< on purpose (churn)
    std::uint64_t left_by_reset = 0;
    std::uint64_t left_half_way = 0;  ///< when half of the request was sent
    std::uint64_t listeners = 0;      ///< of which the numbers below are; newcomers included
    std::uint64_t streamed = 0;       ///< got at least one byte of audio
    std::uint64_t failed = 0;         ///< never got to the stream; `failures` says why
    std::uint64_t closed_early = 0;   ///< by the server, before the end of the run
    std::uint64_t slow_closed = 0;    ///< the same, of those that read slowly
    std::uint64_t behind = 0;         ///< newest frame older than kBehindUs at the end (not slow)
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

    /// On purpose (churn).
    [[nodiscard]] std::uint64_t departures() const {
        return left_by_close + left_by_reset + left_half_way;
    }
};

struct FleetTotals : FleetNumbers {
    std::map<std::string, std::uint64_t> failures;  ///< by reason; see count_failure()

    void merge(const FleetTotals& other);
};

/// How old a listener's newest frame may be at the end of a run: more than any server's delivery
/// interval, less than a listener that was forgotten.
constexpr std::int64_t kBehindUs = 5'000'000;

/// Servers choose the words of their refusals, so only this many reasons are told apart, and only
/// this much of each is kept.
constexpr std::size_t kFailureReasonsMax = 64;
constexpr std::size_t kFailureReasonBytesMax = 200;

/// Counts `count` failures under `reason`, or under "other reasons" when there are too many.
void count_failure(std::map<std::string, std::uint64_t>& failures, std::string_view reason,
                   std::uint64_t count = 1);

/// No message of encode() is longer.
constexpr std::size_t kTotalsBytesMax =
    sizeof(FleetNumbers) +
    (kFailureReasonsMax + 1) * (2 * sizeof(std::uint64_t) + kFailureReasonBytesMax);

[[nodiscard]] std::vector<std::byte> encode(const FleetTotals& totals);

/// Nothing unless `message` is exactly what encode() gives.
[[nodiscard]] std::optional<FleetTotals> decode(std::span<const std::byte> message);

static_assert(std::is_trivially_copyable_v<FleetNumbers>);

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// What a fleet of listeners is asked to do, and how far it is.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "loadtest/endpoint.hpp"

namespace ringcast::loadtest {

constexpr unsigned kProcessesMax = 256;
constexpr double kChurnPerSecondMax = 100'000;

struct FleetOptions {
    std::vector<Target> targets;  ///< dealt to the listeners in turn; at least one
    std::vector<Address> from;    ///< source addresses, dealt in turn; empty: the system's
    std::size_t listeners = 1;
    double ramp_per_s = 0;     ///< new listeners a second; 0: all at once
    double icy_fraction = 0;   ///< of the listeners, that ask for metadata; 0..1
    double slow_fraction = 0;  ///< of the listeners, that read slowly; 0..1
    std::uint32_t slow_bytes_per_s = 8'000;
    double churn_per_s = 0;  ///< listeners a second that leave, and others come in their place
    std::string agent;       ///< the listeners' User-Agent
    unsigned processes = 1;  ///< at least one; listener i belongs to process i % processes
    unsigned threads = 1;    ///< of each process; at least one
};

/// How far a fleet, or a process of it, is.
struct FleetCounts {
    std::uint64_t opened = 0;
    std::uint64_t streaming = 0;
    std::uint64_t failed = 0;
    std::uint64_t left = 0;  ///< on purpose (churn)
    std::uint64_t bytes = 0;
    std::uint64_t gaps = 0;  ///< of those that read at full speed
};

/// The same, in memory that a process shares with its parent: written by the process's threads,
/// read by any. Each process has cache lines of its own.
struct alignas(64) FleetProgress {
    std::atomic<std::uint64_t> opened{0};
    std::atomic<std::uint64_t> streaming{0};
    std::atomic<std::uint64_t> failed{0};
    std::atomic<std::uint64_t> left{0};  ///< on purpose (churn)
    std::atomic<std::uint64_t> bytes{0};
    std::atomic<std::uint64_t> gaps{0};  ///< of those that read at full speed

    static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "processes share it");
};

}  // namespace ringcast::loadtest

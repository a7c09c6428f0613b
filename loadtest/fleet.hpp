// SPDX-License-Identifier: Apache-2.0
// Thousands of verifying listeners, in as many processes as they need descriptors for.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "loadtest/fleet_options.hpp"
#include "loadtest/fleet_totals.hpp"

namespace ringcast::loadtest {

/// Connections that one process can hold under a limit of open descriptors: what is left beside
/// standard streams, epolls, control sockets and title requests; at least one.
[[nodiscard]] std::size_t connections_within(std::size_t descriptor_limit);

/// How many processes it takes for `listeners` when each holds at most `connections`.
[[nodiscard]] unsigned processes_for(std::size_t listeners, std::size_t connections);

class FleetProcess;

class Fleet {
  public:
    /// Forks the processes, which connect nothing yet. Requires: this process has no other thread.
    explicit Fleet(FleetOptions options);
    /// Kills the processes that were not stopped.
    ~Fleet();
    Fleet(const Fleet&) = delete;
    Fleet& operator=(const Fleet&) = delete;

    /// Starts the ramp.
    void start();

    /// Ends the processes, closes all listeners, and says what they saw. Requires: start() before.
    [[nodiscard]] FleetTotals stop();

    /// Of all processes. Where one has died, nobody streams and all have failed.
    [[nodiscard]] FleetCounts progress() const;

  private:
    FleetOptions options_;
    std::span<FleetProgress> progress_;  // one for each process, in a mapping of their own
    std::vector<std::unique_ptr<FleetProcess>> processes_;
};

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// One process of a fleet: a fork that runs its share of the listeners on threads of its own. The
// two talk over one socket pair: a byte says begin, the end of the parent's side says stop (so it
// also comes when the parent dies), and the answer is the totals.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "loadtest/endpoint.hpp"
#include "loadtest/fleet_options.hpp"
#include "loadtest/fleet_totals.hpp"

namespace ringcast::loadtest {

class FleetProcess {
  public:
    /// Forks process `number` of the fleet, which connects nothing yet. Requires: this process has
    /// no other thread; `progress` outlives the process and is shared with forks; SIGINT and
    /// SIGTERM are blocked if they are not to end the child.
    FleetProcess(const FleetOptions& options, FleetProgress& progress, unsigned number);
    /// Kills what still runs.
    ~FleetProcess();
    FleetProcess(const FleetProcess&) = delete;
    FleetProcess& operator=(const FleetProcess&) = delete;

    /// Starts the ramp.
    void start();

    /// Asks for the end; does not wait.
    void ask_to_stop();

    /// How far it is. Of one that died, nobody streams and all have failed.
    [[nodiscard]] FleetCounts progress() const;

    /// Waits for what the process saw, at most until `deadline_us` (wall clock), then kills it. Of
    /// one that died, or does not answer, all listeners failed. Requires: ask_to_stop() before.
    [[nodiscard]] FleetTotals collect(std::int64_t deadline_us);

  private:
    [[nodiscard]] FleetTotals lost(const std::string& how) const;

    [[nodiscard]] bool died() const;

    std::size_t listeners_;  // of this process
    const FleetProgress& progress_;
    UniqueFd control_;
    pid_t pid_ = -1;
};

}  // namespace ringcast::loadtest

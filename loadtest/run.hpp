// SPDX-License-Identifier: Apache-2.0
// Carries a run out: sources first, then titles, then listeners; ends them in reverse.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "loadtest/fleet.hpp"
#include "loadtest/run_result.hpp"
#include "loadtest/synthetic_source.hpp"

namespace ringcast::loadtest {

struct SourcePlan {
    SourceOptions options;
    std::vector<Target> targets;
    std::int64_t title_every_us = 0;  ///< 0: no titles
};

struct RunPlan {
    std::string command;
    std::string command_line;  ///< as it may be shown
    std::vector<SourcePlan> sources;
    std::vector<FleetOptions> fleets;  ///< processes 0: as many as their descriptors need
    double seconds = 0;  ///< after the ramp; 0: until SIGINT or SIGTERM, which always end a run
    std::vector<pid_t> server_pids;  ///< of the server, to be watched
};

/// Runs the plan. An error is something that kept it from beginning: too few descriptors, or
/// sources that did not get on the air for the listeners. Call from the main thread, before any
/// other thread is started: SIGINT and SIGTERM are blocked in all threads and waited for here.
[[nodiscard]] core::Result<RunResult> execute(const RunPlan& plan);

}  // namespace ringcast::loadtest

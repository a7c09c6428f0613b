// SPDX-License-Identifier: Apache-2.0
// Everything that a run measured: what reports are made of.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadtest/fleet.hpp"
#include "loadtest/machine_facts.hpp"
#include "loadtest/synthetic_source.hpp"
#include "loadtest/time_series.hpp"
#include "loadtest/title_updater.hpp"
#include "loadtest/tool_load.hpp"

namespace ringcast::loadtest {

/// What the server needed (--server-pid). CPU is that of the time after the ramp, or of the whole
/// run if that was shorter than a second.
struct ServerUse {
    std::vector<pid_t> pids;
    double seconds = 0;                       ///< how long CPU was measured
    double cpu_seconds = 0;                   ///< in this time, of all its processes
    std::uint64_t bytes = 0;                  ///< what the listeners received in this time
    std::uint64_t arrived = 0;                ///< listeners that were there at the end
    std::optional<std::uint64_t> pss_before;  ///< bytes, before the first listener came
    std::optional<std::uint64_t> pss_after;   ///< bytes, while they were still there at the end
    std::optional<std::uint64_t> descriptors_max;
    std::optional<SocketMemory> sockets_after;  ///< of the kernel, at the end
    std::uint64_t sockets_bytes_max = 0;        ///< the greatest sum of all sockets
    std::uint64_t socket_bytes_max = 0;         ///< the greatest of any one socket
    std::vector<std::string> notes;             ///< what could not be measured

    /// Share of one core.
    [[nodiscard]] double cpu_percent() const;
    /// Nothing when nothing was delivered.
    [[nodiscard]] std::optional<double> cpu_ns_per_byte() const;
    /// Growth of PSS, may be negative. Nothing without listeners, or when it was not measured.
    [[nodiscard]] std::optional<double> pss_per_listener() const;
};

struct RunResult {
    std::string command;
    std::string command_line;  ///< as it may be shown: without the password
    MachineFacts machine;
    double seconds = 0;
    double cpu_seconds = 0;  ///< of the tool, all processes and threads
    std::optional<FleetTotals> fleet;
    std::optional<SourceTotals> sources;
    std::optional<TitleTotals> titles;
    std::optional<ServerUse> server;
    ToolLoad tool;  ///< in the time in which the server's CPU is measured
    std::vector<SeriesPoint> series;

    /// Why the tool itself may have been the limit, a sentence each; empty when it was not.
    [[nodiscard]] std::vector<std::string> limits() const;
};

}  // namespace ringcast::loadtest

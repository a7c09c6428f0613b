// SPDX-License-Identifier: Apache-2.0
// Whether the load generator was itself the limit: then what it measured says little of the server.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace ringcast::loadtest {

/// What the tool needed in some time: this process, and those that its main thread has forked.
struct ToolLoad {
    double seconds = 0;
    double cpu_seconds = 0;
    double busiest_thread_seconds = 0;  ///< CPU of the thread that needed most
    unsigned threads = 0;
    unsigned cores = 0;  ///< that it may run on
};

/// User and system time, also of processes that have ended and were waited for.
[[nodiscard]] double tool_cpu_seconds();

/// CPU seconds of each thread that is there now.
[[nodiscard]] std::map<pid_t, double> thread_cpu_seconds();

/// From two readings of thread_cpu_seconds(); leaves `seconds` and `cpu_seconds` out.
[[nodiscard]] ToolLoad compare_threads(const std::map<pid_t, double>& before,
                                       const std::map<pid_t, double>& after);

/// How many cores this process may run on.
[[nodiscard]] unsigned usable_cores();

/// A sentence for each sign that the tool was at its limit; `lateness_p99_us`: how late its sources
/// wrote.
[[nodiscard]] std::vector<std::string> find_limits(const ToolLoad& load,
                                                   std::int64_t lateness_p99_us);

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// Looks at a run once a second, from outside its threads: keeps the time series and what the server
// needs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "loadtest/fleet.hpp"
#include "loadtest/run_result.hpp"
#include "loadtest/server_sampler.hpp"
#include "loadtest/time_series.hpp"

namespace ringcast::loadtest {

struct MonitorOptions {
    std::vector<pid_t> server_pids;           ///< empty: the server is not watched
    std::vector<std::uint16_t> server_ports;  ///< where it listens
    double ramp_s = 0;                        ///< how long listeners come; measured after it
};

/// Not thread-safe: the main thread's.
class RunMonitor {
  public:
    /// `fleets` outlives the monitor.
    RunMonitor(MonitorOptions options, const std::vector<std::unique_ptr<Fleet>>& fleets);

    /// Just before the fleets are started.
    void begin();

    /// About once a second from then on.
    void tick();

    /// What the last call saw.
    [[nodiscard]] const SeriesPoint& latest() const { return latest_; }

    /// While the fleets still run: the last look, and what all of them saw.
    void finish(RunResult& result);

  private:
    /// A moment from which on CPU is measured.
    struct Baseline {
        SeriesPoint point;
        std::map<pid_t, double> threads;  // as thread_cpu_seconds()
    };

    SeriesPoint look(bool memory);
    void note_peaks(const ServerSample& sample);
    void finish_server(const SeriesPoint& from);

    MonitorOptions options_;
    const std::vector<std::unique_ptr<Fleet>>& fleets_;
    std::optional<ServerSampler> sampler_;
    TimeSeries series_;
    ServerUse server_;
    Baseline first_;
    Baseline measured_from_;
    SeriesPoint latest_;
    bool ramp_over_ = false;
    std::int64_t began_us_ = 0;
    std::int64_t memory_measured_us_ = 0;
};

}  // namespace ringcast::loadtest

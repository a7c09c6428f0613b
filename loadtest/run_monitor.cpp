// SPDX-License-Identifier: Apache-2.0
#include "loadtest/run_monitor.hpp"

#include <algorithm>
#include <utility>

#include "loadtest/tool_load.hpp"
#include "loadtest/wall_clock.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::int64_t kMemoryEveryUs = 5'000'000;
constexpr std::int64_t kTickJitterUs = 100'000;
constexpr double kMeasuredSecondsMin = 1.0;

}  // namespace

RunMonitor::RunMonitor(MonitorOptions options, const std::vector<std::unique_ptr<Fleet>>& fleets)
    : options_(std::move(options)), fleets_(fleets) {
    if (!options_.server_pids.empty()) {
        sampler_.emplace(options_.server_pids, options_.server_ports);
    }
}

void RunMonitor::begin() {
    began_us_ = wall_now_us();
    latest_ = look(true);
    first_ = {latest_, thread_cpu_seconds()};
    measured_from_ = first_;
    ramp_over_ = options_.ramp_s <= 0;
    series_.add(latest_);
}

void RunMonitor::tick() {
    const bool memory = wall_now_us() - memory_measured_us_ >= kMemoryEveryUs - kTickJitterUs;
    latest_ = look(memory);
    series_.add(latest_);
    if (!ramp_over_ && latest_.seconds >= options_.ramp_s) {
        ramp_over_ = true;
        measured_from_ = {latest_, thread_cpu_seconds()};
    }
}

void RunMonitor::finish(RunResult& result) {
    latest_ = look(true);
    series_.add(latest_);
    result.seconds = latest_.seconds;
    result.cpu_seconds = latest_.tool_cpu_seconds - first_.point.tool_cpu_seconds;
    result.series = series_.points();
    const double measured_s = latest_.seconds - measured_from_.point.seconds;
    const Baseline& from = measured_s < kMeasuredSecondsMin ? first_ : measured_from_;
    result.tool = compare_threads(from.threads, thread_cpu_seconds());
    result.tool.seconds = latest_.seconds - from.point.seconds;
    result.tool.cpu_seconds = latest_.tool_cpu_seconds - from.point.tool_cpu_seconds;
    if (sampler_) {
        finish_server(from.point);
        result.server = server_;
    }
}

void RunMonitor::finish_server(const SeriesPoint& from) {
    server_.pids = options_.server_pids;
    server_.seconds = latest_.seconds - from.seconds;
    server_.cpu_seconds = latest_.server->cpu_seconds - from.server->cpu_seconds;
    server_.bytes = latest_.bytes - from.bytes;
    server_.arrived = latest_.streaming;
    server_.pss_before = first_.point.server->pss_bytes;
    server_.pss_after = latest_.server->pss_bytes;
    server_.sockets_after = latest_.server->sockets;
    server_.notes = sampler_->notes();
}

SeriesPoint RunMonitor::look(bool memory) {
    SeriesPoint point;
    const std::int64_t now_us = wall_now_us();
    point.seconds = static_cast<double>(now_us - began_us_) / 1e6;
    point.tool_cpu_seconds = tool_cpu_seconds();
    for (const auto& fleet : fleets_) {
        const FleetCounts counts = fleet->progress();
        point.opened += counts.opened;
        point.streaming += counts.streaming;
        point.failed += counts.failed;
        point.left += counts.left;
        point.bytes += counts.bytes;
        point.gaps += counts.gaps;
    }
    if (sampler_) {
        if (memory) {
            memory_measured_us_ = now_us;
        }
        point.server = sampler_->sample(memory);
        note_peaks(*point.server);
    }
    return point;
}

void RunMonitor::note_peaks(const ServerSample& sample) {
    if (sample.descriptors) {
        server_.descriptors_max =
            std::max(server_.descriptors_max.value_or(0), *sample.descriptors);
    }
    if (sample.sockets) {
        server_.socket_bytes_max =
            std::max(server_.socket_bytes_max, sample.sockets->largest_bytes);
        server_.sockets_bytes_max =
            std::max(server_.sockets_bytes_max, sample.sockets->total_bytes());
    }
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/run.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "loadtest/source_group.hpp"
#include "loadtest/title_updater.hpp"
#include "loadtest/wall_clock.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::int64_t kOnAirUsMax = 15'000'000;
constexpr std::int64_t kTickUs = 1'000'000;

/// Of this process and of all that it has waited for.
double cpu_seconds() {
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    double sum = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        ::getrusage(who, &usage);
        sum += seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    return sum;
}

/// Waits for signals that were blocked for all threads, instead of handling them.
class StopSignals {
  public:
    StopSignals() {
        ::sigemptyset(&set_);
        ::sigaddset(&set_, SIGINT);
        ::sigaddset(&set_, SIGTERM);
        ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    }

    /// True when one came within `time_us`.
    bool wait(std::int64_t time_us) {
        const timespec time{time_us / 1'000'000, time_us % 1'000'000 * 1'000};
        return ::sigtimedwait(&set_, nullptr, &time) > 0;
    }

  private:
    sigset_t set_{};
};

void show_progress(const Fleet* fleet, const SourceGroup* sources, bool last) {
    if (::isatty(STDERR_FILENO) == 0) {
        return;
    }
    std::string line = "\r";
    if (sources != nullptr) {
        line += fmt::format("{} sources on the air  ", sources->streaming());
    }
    if (fleet != nullptr) {
        const FleetProgress& progress = fleet->progress();
        line +=
            fmt::format("{} listeners of {} streaming, {:.1f} MB  ", progress.streaming.load(),
                        progress.opened.load(), static_cast<double>(progress.bytes.load()) / 1e6);
    }
    fmt::print(stderr, "{}{}", line, last ? "\n" : "");
    std::fflush(stderr);
}

/// Chooses the number of processes where the plan leaves it open. An error when a process would
/// need more descriptors than it can have.
core::Result<unsigned> share_out(const RunPlan& plan) {
    const std::size_t limit = raise_descriptor_limit();
    const std::size_t holds = connections_within(limit);
    const std::size_t listeners = plan.fleet ? plan.fleet->listeners : 0;
    const unsigned asked = plan.fleet ? plan.fleet->processes : 1;
    const unsigned processes = asked > 0 ? asked : processes_for(listeners, holds);
    fmt::print(stderr, "descriptor limit {}: a process can hold {} connections\n", limit, holds);
    const std::size_t most = std::max((listeners + processes - 1) / processes,
                                      plan.sources ? plan.sources->targets.size() : 0);
    if (most > holds) {
        return core::Error{core::Errc::System,
                           fmt::format("{} connections are too many for one process; raise the "
                                       "hard limit (ulimit -Hn) or leave --processes out",
                                       most)};
    }
    return processes;
}

/// Waits until all sources are on the air; false when they are not in time, or a signal came.
bool wait_on_air(const SourceGroup& group, StopSignals& signals) {
    const std::int64_t end_us = wall_now_us() + kOnAirUsMax;
    while (group.streaming() < group.sources().size()) {
        if (wall_now_us() > end_us || signals.wait(10'000)) {
            return false;
        }
    }
    return true;
}

void wait_for_end(const RunPlan& plan, const Fleet* fleet, const SourceGroup* sources,
                  StopSignals& signals) {
    const double ramp_s = plan.fleet && plan.fleet->ramp_per_s > 0
                              ? static_cast<double>(plan.fleet->listeners) / plan.fleet->ramp_per_s
                              : 0;
    const auto run_us = static_cast<std::int64_t>((plan.seconds + ramp_s) * 1e6);
    const std::int64_t end_us = plan.seconds > 0 ? wall_now_us() + run_us : INT64_MAX;
    while (wall_now_us() < end_us) {
        if (signals.wait(std::min(end_us - wall_now_us(), kTickUs))) {
            break;
        }
        show_progress(fleet, sources, false);
    }
    show_progress(fleet, sources, true);
}

core::Error not_on_air(const SourceTotals& totals) {
    std::string message = "the sources did not get on the air";
    for (const auto& [reason, count] : totals.failures) {
        message += fmt::format("\n  {} x {}", count, reason);
    }
    return {core::Errc::System, std::move(message)};
}

}  // namespace

core::Result<RunResult> execute(const RunPlan& plan) {
    StopSignals signals;
    const auto processes = share_out(plan);
    if (!processes) {
        return processes.error();
    }
    RunResult result;
    result.command = plan.command;

    std::unique_ptr<Fleet> fleet;
    if (plan.fleet) {  // forks, so it comes before the first thread
        FleetOptions options = *plan.fleet;
        options.processes = *processes;
        fleet = std::make_unique<Fleet>(std::move(options));
    }
    std::unique_ptr<SourceGroup> sources;
    std::unique_ptr<TitleUpdater> titles;
    if (plan.sources) {
        sources = std::make_unique<SourceGroup>(plan.sources->options, plan.sources->targets);
        sources->start();
        if (plan.fleet && !wait_on_air(*sources, signals)) {
            return not_on_air(sources->stop());
        }
        if (plan.sources->title_every_us > 0) {
            titles = std::make_unique<TitleUpdater>(*sources, plan.sources->title_every_us);
            titles->start();
        }
    }
    const std::int64_t begin_us = wall_now_us();
    const double cpu_before = cpu_seconds();
    if (fleet) {
        fleet->start();
    }
    wait_for_end(plan, fleet.get(), sources.get(), signals);
    if (fleet) {
        result.fleet = fleet->stop();
    }
    result.seconds = static_cast<double>(wall_now_us() - begin_us) / 1e6;
    result.cpu_seconds = cpu_seconds() - cpu_before;
    if (titles) {
        result.titles = titles->stop();
    }
    if (sources) {
        result.sources = sources->stop();
    }
    return result;
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/run.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "loadtest/progress_line.hpp"
#include "loadtest/run_monitor.hpp"
#include "loadtest/source_group.hpp"
#include "loadtest/title_updater.hpp"
#include "loadtest/wall_clock.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::int64_t kOnAirUsMax = 15'000'000;
constexpr std::int64_t kTickUs = 1'000'000;

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

/// Everything that runs.
struct Crew {
    std::vector<std::unique_ptr<Fleet>> fleets;
    std::vector<std::unique_ptr<SourceGroup>> sources;
    std::vector<std::unique_ptr<TitleUpdater>> titles;
};

/// The fleets, with the number of processes where the plan leaves it open. An error when a process
/// would need more descriptors than it can have.
core::Result<std::vector<FleetOptions>> share_out(const RunPlan& plan) {
    const std::size_t limit = raise_descriptor_limit();
    const std::size_t holds = connections_within(limit);
    fmt::print(stderr, "descriptor limit {}: a process can hold {} connections\n", limit, holds);
    std::size_t own = 0;  // of this process: its sources, and a socket to each process of a fleet
    for (const SourcePlan& sources : plan.sources) {
        own += sources.targets.size();
    }
    std::size_t most = 0;
    std::vector<FleetOptions> fleets = plan.fleets;
    for (FleetOptions& fleet : fleets) {
        if (fleet.processes == 0) {
            fleet.processes = std::min(processes_for(fleet.listeners, holds), kProcessesMax);
        }
        own += fleet.processes;
        most = std::max(most, (fleet.listeners + fleet.processes - 1) / fleet.processes);
    }
    most = std::max(most, own);
    if (most > holds) {
        return core::Error{core::Errc::System,
                           fmt::format("{} connections are too many for one process; raise the "
                                       "hard limit (ulimit -Hn) or leave --processes out",
                                       most)};
    }
    return fleets;
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

core::Error not_on_air(const SourceTotals& totals) {
    std::string message = "the sources did not get on the air";
    for (const auto& [reason, count] : totals.failures) {
        message += fmt::format("\n  {} x {}", count, reason);
    }
    return {core::Errc::System, std::move(message)};
}

std::optional<core::Error> start_sources(const RunPlan& plan, Crew& crew, StopSignals& signals) {
    for (const SourcePlan& sources : plan.sources) {
        crew.sources.push_back(std::make_unique<SourceGroup>(sources.options, sources.targets));
        crew.sources.back()->start();
    }
    for (const auto& group : crew.sources) {
        if (!plan.fleets.empty() && !wait_on_air(*group, signals)) {
            return not_on_air(group->stop());
        }
    }
    for (std::size_t i = 0; i < plan.sources.size(); ++i) {
        if (plan.sources[i].title_every_us > 0) {
            crew.titles.push_back(
                std::make_unique<TitleUpdater>(*crew.sources[i], plan.sources[i].title_every_us));
            crew.titles.back()->start();
        }
    }
    return std::nullopt;
}

/// How long listeners come.
double ramp_seconds(const RunPlan& plan) {
    double longest = 0;
    for (const FleetOptions& fleet : plan.fleets) {
        if (fleet.ramp_per_s > 0) {
            longest = std::max(longest, static_cast<double>(fleet.listeners) / fleet.ramp_per_s);
        }
    }
    return longest;
}

std::uint16_t port_of(const Target& target) {
    if (target.address.storage.ss_family == AF_INET6) {
        return ntohs(reinterpret_cast<const sockaddr_in6&>(target.address.storage).sin6_port);
    }
    return ntohs(reinterpret_cast<const sockaddr_in&>(target.address.storage).sin_port);
}

MonitorOptions monitor_options(const RunPlan& plan) {
    std::set<std::uint16_t> ports;
    for (const FleetOptions& fleet : plan.fleets) {
        std::ranges::transform(fleet.targets, std::inserter(ports, ports.end()), port_of);
    }
    for (const SourcePlan& sources : plan.sources) {
        std::ranges::transform(sources.targets, std::inserter(ports, ports.end()), port_of);
    }
    return {plan.server_pids, {ports.begin(), ports.end()}, ramp_seconds(plan)};
}

std::size_t on_air(const Crew& crew) {
    std::size_t count = 0;
    for (const auto& group : crew.sources) {
        count += group->streaming();
    }
    return count;
}

void wait_for_end(const RunPlan& plan, const Crew& crew, RunMonitor& monitor,
                  StopSignals& signals) {
    ProgressLine progress;
    const auto run_us = static_cast<std::int64_t>((plan.seconds + ramp_seconds(plan)) * 1e6);
    const std::int64_t end_us = plan.seconds > 0 ? wall_now_us() + run_us : INT64_MAX;
    while (wall_now_us() < end_us) {
        if (signals.wait(std::min(end_us - wall_now_us(), kTickUs))) {
            break;
        }
        const SeriesPoint before = monitor.latest();
        monitor.tick();
        progress.show(progress_text(before, monitor.latest(), on_air(crew)));
    }
}

/// Ends what runs, in reverse, and adds up what it saw.
void stop(Crew& crew, RunResult& result) {
    for (const auto& fleet : crew.fleets) {
        const FleetTotals totals = fleet->stop();
        result.fleet ? result.fleet->merge(totals) : (void)result.fleet.emplace(totals);
    }
    for (const auto& titles : crew.titles) {
        const TitleTotals totals = titles->stop();
        result.titles ? result.titles->merge(totals) : (void)result.titles.emplace(totals);
    }
    for (const auto& sources : crew.sources) {
        const SourceTotals totals = sources->stop();
        result.sources ? result.sources->merge(totals) : (void)result.sources.emplace(totals);
    }
}

}  // namespace

core::Result<RunResult> execute(const RunPlan& plan) {
    StopSignals signals;
    auto fleets = share_out(plan);
    if (!fleets) {
        return fleets.error();
    }
    Crew crew;
    for (FleetOptions& fleet : *fleets) {  // they fork, so all come before the first thread
        crew.fleets.push_back(std::make_unique<Fleet>(std::move(fleet)));
    }
    if (const auto error = start_sources(plan, crew, signals)) {
        return *error;
    }
    RunMonitor monitor(monitor_options(plan), crew.fleets);
    monitor.begin();
    for (const auto& fleet : crew.fleets) {
        fleet->start();
    }
    wait_for_end(plan, crew, monitor, signals);
    RunResult result;
    result.command = plan.command;
    result.command_line = plan.command_line;
    result.machine = machine_facts();
    monitor.finish(result);
    stop(crew, result);
    return result;
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// Everybody comes at once, as when a rival station goes off the air: how long until all stream, and
// what those notice who were there before.
#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "tests/bench/contest.hpp"
#include "tests/support/process_stats.hpp"

namespace ringcast::tests::bench {
namespace {

constexpr std::uint32_t kChosenMs = 1000;  // what Ringcast chooses for a burst of 4 s
constexpr std::chrono::seconds kStormPatience{60};
constexpr std::chrono::seconds kGonePatience{20};
constexpr std::uint32_t kThereMin = 10;
constexpr std::uint32_t kAllInMs = 3000;  // the goal

/// The worst that a listener sees while nothing happens.
AudienceReport calm(const RunningServer& server, const AudienceOptions& there,
                    const BenchOptions& options) {
    Audience audience(server, there);
    (void)all_stream(server, there.listeners, arrival_patience(there.listeners, there.ramp_per_s));
    std::this_thread::sleep_for(options.settle);
    return audience.stop();
}

/// A server may see a hang-up only when it sends next.
void wait_until_gone(const RunningServer& server, std::size_t descriptors) {
    (void)support::eventually(
        [&] { return support::open_descriptors(server.pid()) <= descriptors; }, kGonePatience);
}

Metrics storm(const Contender& contender, const BenchOptions& options) {
    const RunningServer server(contender, options.stream);
    const Sources sources(server, contender, options.stream);
    const AudienceOptions there{.listeners = std::max(options.listeners / 10, kThereMin),
                                .ramp_per_s = arrivals_per_s(contender.program)};
    const std::size_t descriptors_alone = support::open_descriptors(server.pid());
    const AudienceReport before = calm(server, there, options);
    wait_until_gone(server, descriptors_alone);

    Audience staying(server, there);
    (void)all_stream(server, there.listeners, arrival_patience(there.listeners, there.ramp_per_s));
    std::this_thread::sleep_for(options.settle);
    const double pss_before = pss_mib(server);
    const std::size_t descriptors_before = support::open_descriptors(server.pid());
    Audience crowd(server, {.listeners = options.listeners});
    // Not looked at before it should be over: a look costs time that the server may need.
    std::this_thread::sleep_for(options.window());
    (void)all_stream(server, options.listeners + there.listeners, kStormPatience);
    const double pss_with_all = pss_mib(server);
    const AudienceReport came = crowd.stop();
    wait_until_gone(server, descriptors_before);
    std::this_thread::sleep_for(options.settle);
    const double pss_after = pss_mib(server);
    const std::size_t descriptors_after = support::open_descriptors(server.pid());
    const AudienceReport stayed = staying.stop();

    AudienceReport all = came;
    all.add(stayed);
    Metrics metrics = report_metrics(all);
    metrics["all_streaming_ms"] = came.all_streaming_ms;
    metrics["there_gaps"] = static_cast<double>(stayed.gaps);
    metrics["calm_max_ms"] = before.latency_max_ms;
    metrics["there_max_ms"] = stayed.latency_max_ms;
    metrics["pss_before_mib"] = pss_before;
    metrics["pss_with_all_mib"] = pss_with_all;
    metrics["pss_after_mib"] = pss_after;
    metrics["descriptors_left"] =
        static_cast<double>(descriptors_after) - static_cast<double>(descriptors_before);
    return metrics;
}

void run(const BenchOptions& options, Findings& findings) {
    run_all({{.name = "ringcast"},
             {.name = "floor", .program = Program::Floor, .interval_ms = kChosenMs},
             {.name = "icecast2", .program = Program::Icecast}},
            options, findings, storm);
    if (options.quick) {
        return;
    }
    const auto median = [&](const char* key) {
        return findings.median("ringcast", key).value_or(0);
    };
    if (median("all_streaming_ms") > kAllInMs) {
        findings.note(fmt::format("goal not met: all stream within {} ms", kAllInMs));
    }
    if (median("there_max_ms") > median("calm_max_ms") + kChosenMs) {
        findings.note("goal not met: in the storm at most one interval later than before");
    }
}

std::string title(const BenchOptions& options) {
    return fmt::format("{} listeners at once, {} there before, {} kbit/s, median of {}",
                       options.listeners, std::max(options.listeners / 10, kThereMin),
                       options.stream.kbps, options.repeat);
}

const Bench& bench() {
    static const Bench kBench{.name = "storm",
                              .about = "All listeners arrive at once.",
                              .options = {.listeners = 10'000, .seconds = 8},
                              .quick = {.listeners = 100,
                                        .seconds = 1,
                                        .repeat = 1,
                                        .stream = {.burst_ms = 1000},
                                        .settle = std::chrono::milliseconds(1200)},
                              .columns = {{"all_streaming_ms", "last one streams, ms", 0},
                                          {"failed", "failed", 0},
                                          {"closed", "closed", 0},
                                          {"there_gaps", "gaps of those there", 0},
                                          {"calm_max_ms", "worst latency before, ms", 0},
                                          {"there_max_ms", "in the storm, ms", 0},
                                          {"pss_before_mib", "PSS before, MiB", 1},
                                          {"pss_with_all_mib", "with all", 1},
                                          {"pss_after_mib", "after", 1},
                                          {"descriptors_left", "descriptors left", 0},
                                          {"gaps", "gaps", 0},
                                          {"wrong", "wrong", 0}},
                              .chart = "all_streaming_ms",
                              .title = title,
                              .run = run};
    return kBench;
}

}  // namespace
}  // namespace ringcast::tests::bench

int main(int argc, char** argv) {
    return ringcast::tests::bench::run_bench(argc, argv, ringcast::tests::bench::bench());
}

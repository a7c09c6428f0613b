// SPDX-License-Identifier: Apache-2.0
// What stations cost, and what a second worker costs: the same listeners on a thousand stations,
// and on a single one.
#include <fmt/format.h>

#include <algorithm>

#include "tests/bench/contest.hpp"

namespace ringcast::tests::bench {
namespace {

constexpr std::uint32_t kListenersPerStation = 15;
constexpr std::uint32_t kStationsMax = 1000;
constexpr std::uint32_t kChosenMs = 1000;  // what Ringcast chooses for a burst of 4 s

std::uint32_t stations(const BenchOptions& options) {
    return std::clamp(options.listeners / kListenersPerStation, 1U, kStationsMax);
}

void run(const BenchOptions& options, Findings& findings) {
    const std::uint32_t many = stations(options);
    const std::vector<Contender> contenders{
        {.name = "ringcast, all stations", .stations = many},
        {.name = "icecast2, all stations", .program = Program::Icecast, .stations = many},
        {.name = "ringcast, 1 station, 1 worker", .workers = 1},
        {.name = "ringcast, 1 station, 2 workers", .workers = 2},
        {.name = "floor, 1 station, 1 worker",
         .program = Program::Floor,
         .interval_ms = kChosenMs,
         .workers = 1},
        {.name = "floor, 1 station, 2 workers",
         .program = Program::Floor,
         .interval_ms = kChosenMs,
         .workers = 2}};
    run_all(contenders, options, findings);
    const auto compare = [&](const char* row, const char* reference, double at_most) {
        findings.compare({.key = "ns_per_kb",
                          .row = row,
                          .reference = reference,
                          .at_most = options.quick ? 0 : at_most});
    };
    compare("ringcast, all stations", "icecast2, all stations", 0);
    compare("ringcast, 1 station, 2 workers", "ringcast, 1 station, 1 worker", 1.1);
    compare("floor, 1 station, 2 workers", "floor, 1 station, 1 worker", 0);
    findings.note("a station's source is work, too: it is in the figures of its row");
}

std::string title(const BenchOptions& options) {
    return fmt::format("{} listeners at {} kbit/s on {} stations or one, {:g} s, median of {}",
                       options.listeners, options.stream.kbps, stations(options), options.seconds,
                       options.repeat);
}

const Bench& bench() {
    static const Bench kBench{.name = "mounts",
                              .about = "CPU per delivered byte: many stations, and many workers.",
                              .options = {.seconds = 30},
                              .quick = {.listeners = 60,
                                        .seconds = 1,
                                        .repeat = 1,
                                        .stream = {.burst_ms = 1000},
                                        .settle = std::chrono::milliseconds(300)},
                              .columns = {{"ns_per_kb", "CPU ns/kB", 0},
                                          {"cpu_percent", "CPU %", 1},
                                          {"mbit_s", "Mbit/s", 0},
                                          {"interval_ms", "interval ms", 0},
                                          {"p99_ms", "p99 ms", 0},
                                          {"pss_mib", "PSS MiB", 0},
                                          {"tool_percent", "tool CPU %", 0},
                                          {"other_percent", "others' CPU %", 0},
                                          {"failed", "failed", 0},
                                          {"gaps", "gaps", 0},
                                          {"wrong", "wrong", 0}},
                              .chart = "ns_per_kb",
                              .title = title,
                              .run = run};
    return kBench;
}

}  // namespace
}  // namespace ringcast::tests::bench

int main(int argc, char** argv) {
    return ringcast::tests::bench::run_bench(argc, argv, ringcast::tests::bench::bench());
}

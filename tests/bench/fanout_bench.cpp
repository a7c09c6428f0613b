// SPDX-License-Identifier: Apache-2.0
// What a delivered byte costs: Ringcast, Icecast and the floor carry the same stream to the same
// listeners.
#include <fmt/format.h>

#include <algorithm>

#include "tests/bench/contest.hpp"

namespace ringcast::tests::bench {
namespace {

constexpr std::uint32_t kMetaint = 16'000;
constexpr std::uint32_t kShortMs = 100;

/// What Ringcast chooses for a burst: a quarter of it, from 100 ms to 1 s (docs/config.md,
/// `delivery`). The interval that is seen stands in the table.
std::uint32_t chosen_ms(const Stream& stream) {
    return std::clamp(stream.burst_ms / 4, kShortMs, 1000U);
}

/// The two terms of a send, from the floor's two intervals (docs/performance.md, the model).
void note_model(const BenchOptions& options, std::uint32_t chosen, Findings& findings) {
    const auto few = findings.median("floor", "ns_per_kb");
    const auto many = findings.median("floor, 100 ms", "ns_per_kb");
    const double large = options.stream.bytes_per_s() / 1000.0 * chosen;
    const double small = options.stream.bytes_per_s() / 1000.0 * kShortMs;
    if (!few || !many || large <= small) {
        return;
    }
    const double per_byte = (*few * large - *many * small) / 1000 / (large - small);
    const double per_send = *many * small / 1000 - per_byte * small;
    findings.note(fmt::format("the floor's model: a = {:.2f} us per send, b = {:.2f} us per kB",
                              per_send / 1000, per_byte));
}

void run(const BenchOptions& options, Findings& findings) {
    const std::uint32_t chosen = chosen_ms(options.stream);
    const std::vector<Contender> contenders{
        {.name = "ringcast"},
        {.name = "floor", .program = Program::Floor, .interval_ms = chosen},
        {.name = "icecast2", .program = Program::Icecast},
        {.name = "ringcast, delivery 100ms", .interval_ms = kShortMs},
        {.name = "floor, 100 ms", .program = Program::Floor, .interval_ms = kShortMs},
        {.name = "ringcast, all ICY", .metaint = kMetaint},
        {.name = "floor, all ICY",
         .program = Program::Floor,
         .interval_ms = chosen,
         .metaint = kMetaint}};
    run_all(contenders, options, findings);
    const auto compare = [&](const char* row, const char* reference, double at_most) {
        findings.compare({.key = "ns_per_kb",
                          .row = row,
                          .reference = reference,
                          .at_most = options.quick ? 0 : at_most});
    };
    compare("ringcast", "floor", 1.15);
    compare("ringcast", "icecast2", 1.0 / 6);
    compare("ringcast, delivery 100ms", "floor, 100 ms", 1.1);
    compare("ringcast, delivery 100ms", "icecast2", 1.0);
    compare("ringcast, all ICY", "floor, all ICY", 1.25);
    note_model(options, chosen, findings);
}

std::string title(const BenchOptions& options) {
    return fmt::format("{} listeners at {} kbit/s, {:g} s, median of {}", options.listeners,
                       options.stream.kbps, options.seconds, options.repeat);
}

const Bench& bench() {
    static const Bench kBench{.name = "fanout",
                              .about = "CPU per delivered byte: Ringcast, Icecast and the floor.",
                              .options = {},
                              .quick = {.listeners = 60,
                                        .seconds = 1,
                                        .repeat = 1,
                                        .stream = {.burst_ms = 1000},
                                        .settle = std::chrono::milliseconds(300)},
                              .columns = {{"ns_per_kb", "CPU ns/kB", 0},
                                          {"cpu_percent", "CPU %", 1},
                                          {"mbit_s", "Mbit/s", 0},
                                          {"interval_ms", "interval ms", 0},
                                          {"p50_ms", "p50 ms", 0},
                                          {"p99_ms", "p99 ms", 0},
                                          {"bytes_per_listener", "B/listener", 0},
                                          {"send_buffer_kib", "SO_SNDBUF KiB", 0},
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

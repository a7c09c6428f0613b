// SPDX-License-Identifier: Apache-2.0
// Listeners that come and go: how many a second, and what they leave behind.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/bench/contest.hpp"
#include "tests/support/http_client.hpp"
#include "tests/support/process_stats.hpp"

namespace ringcast::tests::bench {
namespace {

constexpr std::uint32_t kChosenMs = 1000;  // what Ringcast chooses for a burst of 4 s
constexpr unsigned kVisitors = 8;          // at a time
constexpr std::uint32_t kWarmUp = 1000;
constexpr std::chrono::seconds kGonePatience{20};

struct Visits {
    std::uint64_t made = 0;
    std::uint64_t failed = 0;
    double seconds = 0;
};

/// Comes, hears the beginning of the response, and goes: every second one without a goodbye.
bool visit(std::uint16_t port, std::uint32_t number) {
    try {
        support::WireClient wire(port);
        wire.send(support::head_of({.target = "/bench-1", .version = "HTTP/1.0"}, port));
        (void)wire.read_head();
        if (number % 2 == 0) {
            wire.reset();
        }
        return true;
    } catch (const support::WireError&) {
        return false;
    }
}

/// `count` visits, or as many as fit into `time`.
Visits churn(std::uint16_t port, std::uint32_t count, std::chrono::milliseconds time) {
    const auto begin = std::chrono::steady_clock::now();
    std::atomic<std::uint32_t> next{0};
    std::atomic<std::uint32_t> made{0};
    std::atomic<std::uint32_t> failed{0};
    {
        std::vector<std::jthread> visitors;
        for (unsigned i = 0; i < kVisitors; ++i) {
            visitors.emplace_back([&] {
                for (std::uint32_t number = next++; number < count; number = next++) {
                    ++(visit(port, number) ? made : failed);
                    if (std::chrono::steady_clock::now() - begin > time) {
                        return;
                    }
                }
            });
        }
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    return {.made = made, .failed = failed, .seconds = took.count()};
}

Metrics measure_churn(const Contender& contender, const BenchOptions& options) {
    const RunningServer server(contender, options.stream);
    const Sources sources(server, contender, options.stream);
    const std::size_t with_nobody = support::open_descriptors(server.pid());
    (void)churn(server.port(), std::min(kWarmUp, options.listeners), options.window());
    const auto gone = [&] {  // a server may see a hang-up only when it sends next
        return support::eventually(
            [&] { return support::open_descriptors(server.pid()) <= with_nobody; }, kGonePatience);
    };
    (void)gone();
    std::this_thread::sleep_for(options.settle);
    const double pss_before = pss_mib(server);
    const auto cpu_before = support::cpu_time(server.pid());
    const Visits visits = churn(server.port(), options.listeners, options.window());
    const auto cpu = support::cpu_time(server.pid()) - cpu_before;
    (void)gone();
    std::this_thread::sleep_for(options.settle);
    const auto made = static_cast<double>(visits.made);
    return {{"visits", made},
            {"failed", static_cast<double>(visits.failed)},
            {"visits_per_s", made / visits.seconds},
            {"us_per_visit", static_cast<double>(cpu.count()) / 1000 / std::max(made, 1.0)},
            {"pss_before_mib", pss_before},
            {"pss_after_mib", pss_mib(server)},
            {"descriptors_left", static_cast<double>(support::open_descriptors(server.pid())) -
                                     static_cast<double>(with_nobody)}};
}

void run(const BenchOptions& options, Findings& findings) {
    run_all({{.name = "ringcast"},
             {.name = "floor", .program = Program::Floor, .interval_ms = kChosenMs},
             {.name = "icecast2", .program = Program::Icecast}},
            options, findings, measure_churn);
    if (findings.median("ringcast", "descriptors_left").value_or(0) != 0) {
        findings.fault("ringcast: descriptors are left");
    }
}

std::string title(const BenchOptions& options) {
    return fmt::format("{} listeners come and go, {} at a time, at most {:g} s, median of {}",
                       options.listeners, kVisitors, options.seconds, options.repeat);
}

const Bench& bench() {
    static const Bench kBench{.name = "churn",
                              .about = "--listeners come and go, for at most --seconds.",
                              .options = {.listeners = 100'000, .seconds = 60, .repeat = 1},
                              .quick = {.listeners = 500,
                                        .seconds = 2,
                                        .repeat = 1,
                                        .stream = {.burst_ms = 1000},
                                        .settle = std::chrono::milliseconds(300)},
                              .columns = {{"visits", "visits", 0},
                                          {"visits_per_s", "a second", 0},
                                          {"us_per_visit", "CPU us each", 0},
                                          {"failed", "failed", 0},
                                          {"pss_before_mib", "PSS before, MiB", 2},
                                          {"pss_after_mib", "PSS after", 2},
                                          {"descriptors_left", "descriptors left", 0}},
                              .chart = "visits_per_s",
                              .title = title,
                              .run = run};
    return kBench;
}

}  // namespace
}  // namespace ringcast::tests::bench

int main(int argc, char** argv) {
    return ringcast::tests::bench::run_bench(argc, argv, ringcast::tests::bench::bench());
}

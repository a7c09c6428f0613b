// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/contest.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <thread>

#include "tests/bench/interval_probe.hpp"
#include "tests/support/process_stats.hpp"
#include "tests/support/temp_dir.hpp"

namespace ringcast::tests::bench {

namespace {

using support::Clock;

/// More than any response head; a source sends more than any request head, so it is told apart.
constexpr std::uint64_t kHeadBytesMax = 4096;
constexpr support::milliseconds kBetweenLooks{250};
constexpr support::milliseconds kMoreThanTheRamp{20'000};

bool is_listener(const support::SocketFacts& facts) {
    return facts.bytes_received < kHeadBytesMax;
}

double as_double(std::chrono::nanoseconds time) {
    return static_cast<double>(time.count());
}

/// Of the median listener, in KiB.
double send_buffer_kib(const RunningServer& server) {
    auto listeners = listeners_of(server);
    std::ranges::sort(listeners, {}, &support::SocketFacts::send_buffer);
    const std::size_t middle = listeners.size() / 2;
    return listeners.empty() ? 0 : listeners[middle].send_buffer / 1024.0;
}

void write_findings(const Bench& bench, const BenchOptions& options, const Findings& findings,
                    const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    const std::string stem = fmt::format("{}-{}", bench.name, options.listeners);
    support::write_file(folder / (stem + ".json"), findings.json());
    support::write_file(folder / (stem + ".svg"), findings.chart(bench.chart));
    support::write_file(folder / (stem + ".md"),
                        fmt::format("# {}\n\n<img src=\"{}.svg\" alt=\"{}\">\n\n{}", bench.name,
                                    stem, bench.title(options), findings.table()));
}

}  // namespace

bool all_stream(const RunningServer& server, std::uint32_t listeners,
                std::chrono::milliseconds patience) {
    const Clock::time_point end = Clock::now() + patience;
    for (;;) {
        const auto connections = listeners_of(server);
        const auto streaming = std::ranges::count_if(
            connections,
            [](const support::SocketFacts& facts) { return facts.bytes_acked > kHeadBytesMax; });
        if (streaming >= static_cast<std::ptrdiff_t>(listeners) || Clock::now() >= end) {
            return streaming >= static_cast<std::ptrdiff_t>(listeners);
        }
        std::this_thread::sleep_for(kBetweenLooks);
    }
}

std::chrono::milliseconds arrival_patience(std::uint32_t listeners, double ramp_per_s) {
    const double ramp_s = ramp_per_s > 0 ? listeners / ramp_per_s : 0;
    return kMoreThanTheRamp + std::chrono::milliseconds(static_cast<std::int64_t>(ramp_s * 1000));
}

std::vector<support::SocketFacts> listeners_of(const RunningServer& server, std::uint32_t address) {
    std::vector<support::SocketFacts> listeners = support::connections_of(server.port());
    std::erase_if(listeners, [address](const support::SocketFacts& facts) {
        return !is_listener(facts) || (address != 0 && facts.peer != address);
    });
    return listeners;
}

double pss_mib(const RunningServer& server) {
    return static_cast<double>(support::pss_bytes(server.pid())) / (1024 * 1024);
}

Sample sample(const RunningServer& server, const std::vector<Audience*>& audiences) {
    Sample now{.cpu = support::cpu_time(server.pid()),
               .machine_cpu = support::machine_cpu_time(),
               .time = Clock::now()};
    for (Audience* audience : audiences) {
        now.tool_cpu += audience->cpu_time();
    }
    for (const support::SocketFacts& facts : listeners_of(server)) {
        now.delivered += facts.bytes_acked;
    }
    return now;
}

Metrics window_metrics(const Sample& begin, const Sample& end) {
    const double ns = as_double(end.time - begin.time);
    const double cpu = as_double(end.cpu - begin.cpu);
    const double tool_cpu = as_double(end.tool_cpu - begin.tool_cpu);
    const double machine_cpu = as_double(end.machine_cpu - begin.machine_cpu);
    const auto bytes = static_cast<double>(end.delivered - begin.delivered);
    return {{"cpu_percent", 100 * cpu / ns},
            {"tool_percent", 100 * tool_cpu / ns},
            {"other_percent", 100 * std::max(0.0, machine_cpu - cpu - tool_cpu) / ns},
            {"ns_per_kb", bytes > 0 ? cpu / bytes * 1000 : 0},
            {"mbit_s", bytes * 8 / ns * 1000}};
}

Metrics report_metrics(const AudienceReport& report) {
    return {{"failed", static_cast<double>(report.failed)},
            {"closed", static_cast<double>(report.closed)},
            {"gaps", static_cast<double>(report.gaps)},
            {"wrong", static_cast<double>(report.wrong)}};
}

Metrics measure(const Contender& contender, const BenchOptions& options) {
    const RunningServer server(contender, options.stream);
    const Sources sources(server, contender, options.stream);
    const double pss_before = pss_mib(server);
    const double ramp = arrivals_per_s(contender.program);
    Audience audience(server, {.listeners = options.listeners,
                               .ramp_per_s = ramp,
                               .stations = contender.stations,
                               .icy = contender.metaint > 0});
    // Who is not in by then shows in the report.
    (void)all_stream(server, options.listeners, arrival_patience(options.listeners, ramp));
    IntervalProbe probe(server.port(), contender.metaint);
    (void)probe.watch(options.settle);
    const Sample begin = sample(server, {&audience});
    const auto interval = probe.watch(options.window());
    Metrics metrics = window_metrics(begin, sample(server, {&audience}));
    metrics["interval_ms"] = static_cast<double>(interval.count()) / 1000;
    metrics["send_buffer_kib"] = send_buffer_kib(server);
    metrics["pss_mib"] = pss_mib(server);
    metrics["bytes_per_listener"] =
        (metrics["pss_mib"] - pss_before) * 1024 * 1024 / options.listeners;
    const AudienceReport report = audience.stop();
    metrics["p50_ms"] = report.latency_p50_ms;
    metrics["p99_ms"] = report.latency_p99_ms;
    metrics.merge(report_metrics(report));
    return metrics;
}

void run_all(const std::vector<Contender>& contenders, const BenchOptions& options,
             Findings& findings,
             const std::function<Metrics(const Contender&, const BenchOptions&)>& run) {
    std::vector<Contender> present = contenders;
    if (!icecast_is_installed() && std::erase_if(present, [](const Contender& contender) {
                                       return contender.program == Program::Icecast;
                                   }) > 0) {
        findings.note("icecast2 is not installed and was left out");
    }
    for (unsigned turn = 1; turn <= options.repeat; ++turn) {
        for (const Contender& contender : present) {
            fmt::print(stderr, "run {} of {}: {}\n", turn, options.repeat, contender.name);
            const Metrics metrics = run(contender, options);
            findings.add(contender.name, metrics);
            for (const char* key : {"failed", "closed", "gaps", "wrong"}) {
                const auto count = metrics.find(key);
                if (contender.program == Program::Ringcast && count != metrics.end() &&
                    count->second > 0) {
                    findings.fault(fmt::format("{}: {} {}", contender.name, key, count->second));
                }
            }
        }
    }
}

int run_bench(int argc, char** argv, const Bench& bench) {
    BenchOptions options = bench.options;
    bool quick = false;
    std::string folder;
    CLI::App app(bench.about);
    app.add_option("--listeners", options.listeners)->check(CLI::Range(1U, 1'000'000U));
    app.add_option("--seconds", options.seconds, "measured, after all have arrived")
        ->check(CLI::PositiveNumber);
    app.add_option("--repeat", options.repeat, "runs of each; medians are shown")
        ->check(CLI::Range(1U, 100U));
    app.add_flag("--quick", quick,
                 "small numbers, in place of the others: only shows that it runs");
    app.add_option("--out", folder, "write JSON and a chart into this folder");
    CLI11_PARSE(app, argc, argv);
    if (quick) {
        options = bench.quick;
        options.quick = true;
    }
    try {
        Findings findings(bench.name, bench.title(options), bench.columns);
        if (quick) {
            findings.note("--quick: this shows that the bench runs, not what anything costs");
        }
        bench.run(options, findings);
        fmt::print("{}", findings.table());
        if (!folder.empty()) {
            write_findings(bench, options, findings, folder);
        }
        return findings.faultless() ? 0 : 1;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}: {}\n", bench.name, error.what());
        return 2;
    }
}

}  // namespace ringcast::tests::bench

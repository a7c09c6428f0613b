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
#include "tests/support/socket_census.hpp"
#include "tests/support/temp_dir.hpp"

namespace ringcast::tests::bench {

namespace {

using support::Clock;

/// More than any response head; a source sends more than any request head, so it is told apart.
constexpr std::uint64_t kHeadBytesMax = 4096;
constexpr support::seconds kArrivalPatience{20};

struct Sample {
    std::chrono::nanoseconds cpu;
    std::chrono::nanoseconds tool_cpu;
    Clock::time_point time;
    std::uint64_t delivered = 0;
};

bool is_listener(const support::SocketFacts& facts) {
    return facts.bytes_received < kHeadBytesMax;
}

Sample sample(const RunningServer& server, Audience& audience) {
    Sample now{.cpu = support::cpu_time(server.pid()),
               .tool_cpu = audience.cpu_time(),
               .time = Clock::now()};
    for (const support::SocketFacts& facts : support::connections_of(server.port())) {
        now.delivered += is_listener(facts) ? facts.bytes_acked : 0;
    }
    return now;
}

double as_double(std::chrono::nanoseconds time) {
    return static_cast<double>(time.count());
}

Metrics window_metrics(const Sample& begin, const Sample& end) {
    const double ns = as_double(end.time - begin.time);
    const auto bytes = static_cast<double>(end.delivered - begin.delivered);
    return {{"cpu_percent", 100 * as_double(end.cpu - begin.cpu) / ns},
            {"tool_percent", 100 * as_double(end.tool_cpu - begin.tool_cpu) / ns},
            {"ns_per_kb", bytes > 0 ? as_double(end.cpu - begin.cpu) / bytes * 1000 : 0},
            {"mbit_s", bytes * 8 / ns * 1000}};
}

/// Of the median listener, in KiB.
double send_buffer_kib(const RunningServer& server) {
    std::vector<std::uint32_t> sizes;
    for (const support::SocketFacts& facts : support::connections_of(server.port())) {
        if (is_listener(facts)) {
            sizes.push_back(facts.send_buffer);
        }
    }
    std::ranges::sort(sizes);
    return sizes.empty() ? 0 : sizes[sizes.size() / 2] / 1024.0;
}

void write_findings(const Bench& bench, const BenchOptions& options, const Findings& findings,
                    const std::filesystem::path& folder) {
    std::filesystem::create_directories(folder);
    const std::string stem = fmt::format("{}-{}", bench.name, options.listeners);
    support::write_file(folder / (stem + ".json"), findings.json());
    support::write_file(folder / (stem + ".svg"), findings.chart(bench.chart));
}

}  // namespace

bool all_stream(const RunningServer& server, std::uint32_t listeners, double ramp_per_s) {
    if (ramp_per_s > 0) {
        std::this_thread::sleep_for(std::chrono::duration<double>(listeners / ramp_per_s));
    }
    return support::eventually(
        [&] {
            const auto connections = support::connections_of(server.port());
            return std::ranges::count_if(connections, [](const support::SocketFacts& facts) {
                       return is_listener(facts) && facts.bytes_acked > kHeadBytesMax;
                   }) >= static_cast<std::ptrdiff_t>(listeners);
        },
        kArrivalPatience);
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
    const std::size_t pss_before = support::pss_bytes(server.pid());
    const double ramp = arrivals_per_s(contender.program);
    Audience audience(server, {.listeners = options.listeners,
                               .ramp_per_s = ramp,
                               .stations = contender.stations,
                               .icy = contender.metaint > 0});
    (void)all_stream(server, options.listeners, ramp);  // who is missing shows in the report
    IntervalProbe probe(server.port(), contender.metaint);
    (void)probe.watch(options.settle);
    const Sample begin = sample(server, audience);
    const auto interval = probe.watch(options.window());
    const Sample end = sample(server, audience);
    const std::size_t pss = support::pss_bytes(server.pid());
    const double send_buffer = send_buffer_kib(server);
    const AudienceReport report = audience.stop();

    Metrics metrics = window_metrics(begin, end);
    metrics.merge(report_metrics(report));
    metrics["interval_ms"] = static_cast<double>(interval.count()) / 1000;
    metrics["p50_ms"] = report.latency_p50_ms;
    metrics["p99_ms"] = report.latency_p99_ms;
    metrics["pss_mib"] = static_cast<double>(pss) / (1024 * 1024);
    metrics["bytes_per_listener"] =
        (static_cast<double>(pss) - static_cast<double>(pss_before)) / options.listeners;
    metrics["send_buffer_kib"] = send_buffer;
    return metrics;
}

void add_run(const Contender& contender, const Metrics& run, Findings& findings) {
    findings.add(contender.name, run);
    for (const char* key : {"failed", "closed", "gaps", "wrong"}) {
        const auto count = run.find(key);
        if (contender.program == Program::Ringcast && count != run.end() && count->second > 0) {
            findings.fault(fmt::format("{}: {} {}", contender.name, key, count->second));
        }
    }
}

std::vector<Contender> present(const std::vector<Contender>& contenders, Findings& findings) {
    if (icecast_is_installed()) {
        return contenders;
    }
    std::vector<Contender> there;
    for (const Contender& contender : contenders) {
        if (contender.program != Program::Icecast) {
            there.push_back(contender);
        }
    }
    findings.note("icecast2 is not installed and was left out");
    return there;
}

void measure_all(const std::vector<Contender>& contenders, const BenchOptions& options,
                 Findings& findings) {
    const std::vector<Contender> there = present(contenders, findings);
    for (unsigned turn = 1; turn <= options.repeat; ++turn) {
        for (const Contender& contender : there) {
            fmt::print(stderr, "run {} of {}: {}\n", turn, options.repeat, contender.name);
            add_run(contender, measure(contender, options), findings);
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

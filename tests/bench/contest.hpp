// SPDX-License-Identifier: Apache-2.0
// What all benches of the whole system share: their options, one measured run of a contender, and
// what becomes of the findings. CPU and delivered bytes are the kernel's own counts, taken over the
// measured window only.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "tests/bench/audience.hpp"
#include "tests/bench/contender.hpp"
#include "tests/bench/findings.hpp"
#include "tests/support/socket_census.hpp"

namespace ringcast::tests::bench {

struct BenchOptions {
    std::uint32_t listeners = 15'000;
    double seconds = 60;  ///< of the measured window
    unsigned repeat = 3;  ///< each contender, in turn with the others
    bool quick = false;   ///< a smoke test of the bench itself
    Stream stream{};
    std::chrono::milliseconds settle{5'000};  ///< between the last arrival and the window

    [[nodiscard]] std::chrono::milliseconds window() const {
        return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
    }
};

struct Bench {
    std::string name;
    std::string about;
    BenchOptions options;         ///< the defaults
    BenchOptions quick;           ///< with --quick
    std::vector<Column> columns;  ///< of the table
    std::string chart;            ///< the column that is drawn
    /// The line above the table.
    std::function<std::string(const BenchOptions&)> title;
    /// Makes all runs.
    std::function<void(const BenchOptions&, Findings&)> run;
};

/// The program: reads the command line, runs the bench, prints the table and, with --out, writes
/// NAME-LISTENERS.json, .svg and .md. Exit code: 0, 1 when Ringcast lost or changed a byte, 2 when
/// the bench could not be made.
int run_bench(int argc, char** argv, const Bench& bench);

/// Returns once so many clients got audio, or after `patience`; says which. Looks seldom, as each
/// look at thousands of connections costs the machine some of its time.
[[nodiscard]] bool all_stream(const RunningServer& server, std::uint32_t listeners,
                              std::chrono::milliseconds patience);

/// How long `listeners` may take to come, so many a second (0: all at once).
[[nodiscard]] std::chrono::milliseconds arrival_patience(std::uint32_t listeners,
                                                         double ramp_per_s);

/// Connections from `address` (0: any) that are listeners' and not sources'.
[[nodiscard]] std::vector<support::SocketFacts> listeners_of(const RunningServer& server,
                                                             std::uint32_t address = 0);

/// Resident memory of its own (PSS) in MiB.
[[nodiscard]] double pss_mib(const RunningServer& server);

/// What processor time and traffic were at one moment.
struct Sample {
    std::chrono::nanoseconds cpu{};
    std::chrono::nanoseconds tool_cpu{};     ///< of ringcast-load's listeners
    std::chrono::nanoseconds machine_cpu{};  ///< of everything that runs here
    std::chrono::steady_clock::time_point time;
    std::uint64_t delivered = 0;  ///< bytes that listeners acknowledged
};
[[nodiscard]] Sample sample(const RunningServer& server, const std::vector<Audience*>& audiences);

/// cpu_percent (of a core), tool_percent, other_percent (neither of the two), ns_per_kb (CPU per
/// 1,000 bytes delivered), mbit_s. Requires: nobody left or came between the two.
[[nodiscard]] Metrics window_metrics(const Sample& begin, const Sample& end);

/// One run: all listeners on, one window measured. Metrics: interval_ms, p50_ms, p99_ms, pss_mib,
/// bytes_per_listener, send_buffer_kib, and what window_metrics() and report_metrics() have.
[[nodiscard]] Metrics measure(const Contender& contender, const BenchOptions& options);

/// failed, closed, gaps and wrong.
[[nodiscard]] Metrics report_metrics(const AudienceReport& report);

/// Runs each contender options.repeat times, in turns, and adds what `run` says of it to its row. A
/// fault where Ringcast lost or changed a byte. Icecast is left out, with a note, where it is not
/// installed.
void run_all(const std::vector<Contender>& contenders, const BenchOptions& options,
             Findings& findings,
             const std::function<Metrics(const Contender&, const BenchOptions&)>& run = measure);

}  // namespace ringcast::tests::bench

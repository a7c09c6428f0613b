// SPDX-License-Identifier: Apache-2.0
#include "loadtest/html_report.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string_view>

#include "loadtest/summary.hpp"
#include "loadtest/svg_chart.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>ringcast-load</title>
<style>
:root {
  color-scheme: light dark;
  --back: #fff; --text: #1b1f24; --faint: #59636e; --rule: #d1d9e0;
  --one: #0b62c4; --two: #b35900; --good: #1a7f37; --bad: #c02020;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #12161b; --text: #e6e9ec; --faint: #9aa5b1; --rule: #3a434d;
    --one: #6cb2ff; --two: #ffad5c; --good: #56d364; --bad: #ff7b72;
  }
}
body {
  margin: 0 auto; max-width: 70rem; padding: 1rem;
  background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .5rem; }
.passed { color: var(--good); } .failed { color: var(--bad); }
.charts {
  display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr));
}
figure { margin: 0; } figcaption { font-weight: 600; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--faint); font-size: 13px; font-family: inherit; }
.grid { stroke: var(--rule); } .axis { stroke: var(--faint); }
.line-1, .line-2 { fill: none; stroke-width: 2; stroke-linejoin: round; }
.line-1 { stroke: var(--one); } .line-2 { stroke: var(--two); stroke-dasharray: 6 3; }
.bar { fill: var(--one); }
.name-1 { color: var(--one); } .name-2 { color: var(--two); }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }
td { overflow-wrap: anywhere; }
th { font-weight: 400; color: var(--faint); width: 9rem; }
tr + tr { border-top: 1px solid var(--rule); }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
)";

std::string list(const std::vector<std::string>& items) {
    std::string out = "<ul>\n";
    for (const std::string& item : items) {
        out += "<li>" + escaped(item) + "</li>\n";
    }
    return out + "</ul>\n";
}

std::string table_of(const Section& section) {
    std::string out = "<h2>" + escaped(section.title) + "</h2>\n<table>\n";
    for (const Row& row : section.rows) {
        out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escaped(row.name),
                           escaped(row.value));
    }
    return out + "</table>\n";
}

std::string figure(const std::string& title, const std::string& drawing,
                   const std::string& legend) {
    return drawing.empty() ? ""
                           : fmt::format("<figure>\n<figcaption>{}{}</figcaption>\n{}</figure>\n",
                                         escaped(title), legend, drawing);
}

/// A chart with its names, where it has several lines.
std::string figure(const LineChart& chart) {
    std::string legend;
    for (std::size_t i = 0; chart.lines.size() > 1 && i < chart.lines.size(); ++i) {
        legend += fmt::format("{} <span class=\"name-{}\">{}</span>", i == 0 ? ":" : ",", i + 1,
                              escaped(chart.lines[i].name));
    }
    return figure(fmt::format("{} ({})", chart.title, chart.unit), svg(chart), legend);
}

std::string figure(const std::string& title, const Histogram& histogram) {
    BarChart chart{title, "ms", {}};
    for (const HistogramBar& bar : histogram.bars()) {
        const double from_ms = static_cast<double>(bar.from_us) / 1'000;
        chart.bars.push_back(
            {from_ms < 10 ? fmt::format("{:.2g}", from_ms) : fmt::format("{:.0f}", from_ms),
             static_cast<double>(bar.count)});
    }
    return figure(title + " (ms, logarithmic)", svg(chart), "");
}

/// `value_of(point)` gives an optional; where it is empty the line goes straight on.
template <class ValueOf>
Line line_of(const std::vector<SeriesPoint>& series, const char* name, ValueOf value_of) {
    Line line{name, {}};
    for (const SeriesPoint& point : series) {
        if (const auto value = value_of(point)) {
            line.points.push_back({point.seconds, static_cast<double>(*value)});
        }
    }
    return line;
}

/// How fast a counter grows, per second, at the end of each second. (A run ends with two looks in
/// quick succession, between which a rate would be chance.)
Line rate_of(const Line& counted, double factor) {
    constexpr double kSecondsMin = 0.5;
    Line rate{counted.name, {}};
    const Point* from = nullptr;
    for (const Point& to : counted.points) {
        if (from != nullptr && to.x - from->x < kSecondsMin) {
            continue;
        }
        if (from != nullptr) {
            rate.points.push_back({to.x, factor * (to.y - from->y) / (to.x - from->x)});
        }
        from = &to;
    }
    return rate;
}

std::string listener_charts(const std::vector<SeriesPoint>& series) {
    using Count = std::optional<std::uint64_t>;
    const auto streaming = [](const SeriesPoint& at) { return Count(at.streaming); };
    const auto bytes = [](const SeriesPoint& at) { return Count(at.bytes); };
    const auto opened = [](const SeriesPoint& at) { return Count(at.opened); };
    const auto gaps = [](const SeriesPoint& at) { return Count(at.gaps); };
    const auto failed = [](const SeriesPoint& at) { return Count(at.failed); };
    return figure(LineChart{"Connected", "listeners", {line_of(series, "streaming", streaming)}}) +
           figure(LineChart{
               "New connections", "a second", {rate_of(line_of(series, "opened", opened), 1)}}) +
           figure(LineChart{"Received by all listeners",
                            "bytes/s",
                            {rate_of(line_of(series, "received", bytes), 1)}}) +
           figure(LineChart{"Gaps and failures so far",
                            "gaps, or listeners",
                            {line_of(series, "gaps", gaps), line_of(series, "failed", failed)}});
}

std::string machine_charts(const std::vector<SeriesPoint>& series) {
    using Seconds = std::optional<double>;
    using Bytes = std::optional<std::uint64_t>;
    const bool watched = !series.empty() && series.front().server.has_value();
    const auto tool_cpu = [](const SeriesPoint& at) { return Seconds(at.tool_cpu_seconds); };
    const auto server_cpu = [](const SeriesPoint& at) {
        return at.server ? Seconds(at.server->cpu_seconds) : std::nullopt;
    };
    const auto pss = [](const SeriesPoint& at) {
        return at.server ? at.server->pss_bytes : std::nullopt;
    };
    const auto sockets = [](const SeriesPoint& at) {
        return at.server && at.server->sockets ? Bytes(at.server->sockets->total_bytes())
                                               : std::nullopt;
    };
    LineChart cpu{"CPU", "% of a core", {}};
    if (watched) {
        cpu.lines.push_back(rate_of(line_of(series, "server", server_cpu), 100));
    }
    cpu.lines.push_back(rate_of(line_of(series, "ringcast-load", tool_cpu), 100));
    std::string out = figure(cpu);
    if (watched) {
        out += figure(LineChart{"Server memory (PSS)", "bytes", {line_of(series, "PSS", pss)}});
        out += figure(LineChart{
            "Kernel memory of its sockets", "bytes", {line_of(series, "sockets", sockets)}});
    }
    return out;
}

Section machine_section(const MachineFacts& machine) {
    return {"machine",
            {{"kernel", machine.kernel},
             {"processor", fmt::format("{}, {} cores", machine.processor, machine.cores)},
             {"memory", short_number(static_cast<double>(machine.memory_bytes)) + "B"},
             {"congestion control", machine.congestion_control},
             {"date", machine.date}}};
}

}  // namespace

std::string html(const RunResult& result, const std::vector<std::string>& faults) {
    std::string out(kHead);
    out += faults.empty() ? "<h1 class=\"passed\">Passed</h1>\n"
                          : "<h1 class=\"failed\">Failed</h1>\n" + list(faults);
    out += "<p>" + escaped(headline(result)) + "</p>\n<div class=\"charts\">\n";
    if (result.fleet) {
        out += listener_charts(result.series) + figure("Latency", result.fleet->latency) +
               figure("Join, connect to first audio", result.fleet->join);
    }
    out += machine_charts(result.series) + "</div>\n";
    for (const Section& section : summarize(result)) {
        out += table_of(section);
    }
    out += table_of(machine_section(result.machine));
    out += "<h2>command</h2>\n<pre>" + escaped(result.command_line) + "</pre>\n";
    return out + "<p>ringcast-load " RINGCAST_VERSION "</p>\n</main>\n</body>\n</html>\n";
}

}  // namespace ringcast::loadtest

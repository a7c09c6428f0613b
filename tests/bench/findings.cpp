// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/findings.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/bench/bar_chart.hpp"

namespace ringcast::tests::bench {

namespace {

std::string first_line(const char* path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) {
            return line.substr(colon + 2);
        }
    }
    return "unknown processor";
}

std::string number(double value, int decimals) {
    return fmt::format("{:.{}f}", value, decimals);
}

}  // namespace

Findings::Findings(std::string name, std::string title, std::vector<Column> columns)
    : name_(std::move(name)), title_(std::move(title)), columns_(std::move(columns)) {
}

void Findings::add(const std::string& row, Metrics run) {
    auto place = std::ranges::find(rows_, row, &Row::name);
    if (place == rows_.end()) {
        place = rows_.insert(rows_.end(), Row{row, {}});
    }
    place->runs.push_back(std::move(run));
}

std::optional<double> Findings::median(const std::string& row, const std::string& key) const {
    const auto place = std::ranges::find(rows_, row, &Row::name);
    std::vector<double> values;
    for (const Metrics& run : place == rows_.end() ? std::vector<Metrics>{} : place->runs) {
        if (const auto value = run.find(key); value != run.end()) {
            values.push_back(value->second);
        }
    }
    if (values.empty()) {
        return std::nullopt;
    }
    std::ranges::sort(values);
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::optional<double> Findings::ratio(const Comparison& comparison) const {
    const auto value = median(comparison.row, comparison.key);
    const auto reference = median(comparison.reference, comparison.key);
    if (!value || !reference || *reference <= 0) {
        return std::nullopt;
    }
    return *value / *reference;
}

std::string Findings::table() const {
    std::string text = title_ + "\n" + machine() + "\n\n| |";
    std::string rule = "|---|";
    for (const Column& column : columns_) {
        text += " " + column.title + " |";
        rule += "---:|";
    }
    text += "\n" + rule + "\n";
    for (const Row& row : rows_) {
        text += "| " + row.name + " |";
        for (const Column& column : columns_) {
            const auto value = median(row.name, column.key);
            text += " " + (value ? number(*value, column.decimals) : "") + " |";
        }
        text += "\n";
    }
    text += "\n";
    for (const Comparison& comparison : comparisons_) {
        if (const auto value = ratio(comparison)) {
            text += fmt::format("- {} / {}: {:.3f}", comparison.row, comparison.reference, *value);
            text += comparison.at_most > 0
                        ? fmt::format(" (goal: at most {:.3f}{})\n", comparison.at_most,
                                      *value <= comparison.at_most ? "" : ": NOT MET")
                        : "\n";
        }
    }
    for (const std::string& note : notes_) {
        text += "- " + note + "\n";
    }
    for (const std::string& fault : faults_) {
        text += "- FAULT: " + fault + "\n";
    }
    return text;
}

std::string Findings::json() const {
    nlohmann::ordered_json all{{"bench", name_}, {"title", title_}, {"machine", machine()}};
    all["rows"] = nlohmann::ordered_json::array();
    for (const Row& row : rows_) {
        nlohmann::ordered_json medians;
        for (const auto& [key, value] : row.runs.front()) {
            medians[key] = median(row.name, key).value_or(value);
        }
        all["rows"].push_back({{"name", row.name}, {"median", medians}, {"runs", row.runs}});
    }
    all["ratios"] = nlohmann::ordered_json::array();
    for (const Comparison& comparison : comparisons_) {
        if (const auto value = ratio(comparison)) {
            all["ratios"].push_back({{"of", comparison.row},
                                     {"to", comparison.reference},
                                     {"by", comparison.key},
                                     {"ratio", *value},
                                     {"at_most", comparison.at_most}});
        }
    }
    all["notes"] = notes_;
    all["faults"] = faults_;
    return all.dump(2) + "\n";
}

std::string Findings::chart(const std::string& column) const {
    const auto shown = std::ranges::find(columns_, column, &Column::key);
    if (shown == columns_.end()) {
        return {};
    }
    std::vector<Bar> bars;
    for (const Row& row : rows_) {
        const double value = median(row.name, column).value_or(0);
        bars.push_back({row.name, value, number(value, shown->decimals)});
    }
    return bar_chart(title_ + ": " + shown->title, bars);
}

std::string machine() {
    utsname kernel{};
    (void)::uname(&kernel);
    const double memory = static_cast<double>(::sysconf(_SC_PHYS_PAGES)) *
                          static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1024.0 * 1024 * 1024);
    return fmt::format("{} cores of {}, {:.0f} GiB, Linux {}, congestion control {}, loopback",
                       ::sysconf(_SC_NPROCESSORS_ONLN), processor(), memory, kernel.release,
                       first_line("/proc/sys/net/ipv4/tcp_congestion_control"));
}

}  // namespace ringcast::tests::bench

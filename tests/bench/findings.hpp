// SPDX-License-Identifier: Apache-2.0
// What a contest found: runs by row, their medians, ratios between rows; as a table (Markdown), as
// JSON and as a bar chart (SVG).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ringcast::tests::bench {

/// One run's numbers, by key.
using Metrics = std::map<std::string, double>;

/// A metric that the table shows.
struct Column {
    std::string key;
    std::string title;
    int decimals = 1;
};

/// The median of `row` over that of `reference`.
struct Comparison {
    std::string key;
    std::string row;
    std::string reference;
    double at_most = 0;  ///< the goal; 0: none
};

class Findings {
  public:
    /// `title`: one line, what was carried.
    Findings(std::string name, std::string title, std::vector<Column> columns);

    /// Another run of `row`; rows keep the order of their first runs.
    void add(const std::string& row, Metrics run);
    /// Left out where one of the rows has no run.
    void compare(const Comparison& comparison) { comparisons_.push_back(comparison); }
    /// A sentence for who reads the numbers.
    void note(std::string sentence) { notes_.push_back(std::move(sentence)); }
    /// Something that makes the numbers worthless.
    void fault(std::string sentence) { faults_.push_back(std::move(sentence)); }

    [[nodiscard]] bool faultless() const { return faults_.empty(); }
    [[nodiscard]] std::optional<double> median(const std::string& row,
                                               const std::string& key) const;

    [[nodiscard]] std::string table() const;
    [[nodiscard]] std::string json() const;
    /// A bar for each row: its median of `column`, which is one of the constructor's.
    [[nodiscard]] std::string chart(const std::string& column) const;

  private:
    struct Row {
        std::string name;
        std::vector<Metrics> runs;
    };
    [[nodiscard]] std::optional<double> ratio(const Comparison& comparison) const;

    std::string name_;
    std::string title_;
    std::vector<Column> columns_;
    std::vector<Row> rows_;
    std::vector<Comparison> comparisons_;
    std::vector<std::string> notes_;
    std::vector<std::string> faults_;
};

/// Where a contest ran: cores, processor, memory, kernel, congestion control, in one line.
[[nodiscard]] std::string machine();

}  // namespace ringcast::tests::bench

// SPDX-License-Identifier: Apache-2.0
// What a run found, in words and numbers to read: the text table and the page show the same rows.
#pragma once

#include <string>
#include <vector>

#include "loadtest/run_result.hpp"

namespace ringcast::loadtest {

struct Row {
    std::string name;  ///< empty where the row goes on with the one above
    std::string value;
};

struct Section {
    std::string title;
    std::vector<Row> rows;
};

/// Of each part that the run had, one.
[[nodiscard]] std::vector<Section> summarize(const RunResult& result);

/// The headline: which command, how long, and what it cost the tool.
[[nodiscard]] std::string headline(const RunResult& result);

}  // namespace ringcast::loadtest

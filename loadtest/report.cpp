// SPDX-License-Identifier: Apache-2.0
#include "loadtest/report.hpp"

#include <fmt/format.h>

#include "loadtest/summary.hpp"

namespace ringcast::loadtest {

std::string table(const RunResult& result, const std::vector<std::string>& faults) {
    std::string text = headline(result) + "\n";
    for (const Section& section : summarize(result)) {
        text += section.title + "\n";
        for (const Row& row : section.rows) {
            text += fmt::format("  {:<18}{}\n", row.name, row.value);
        }
    }
    text += faults.empty() ? "passed\n" : "FAILED\n";
    for (const std::string& fault : faults) {
        text += "  " + fault + "\n";
    }
    return text;
}

}  // namespace ringcast::loadtest

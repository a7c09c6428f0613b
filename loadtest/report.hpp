// SPDX-License-Identifier: Apache-2.0
// What a run found: a table to read, JSON for machines. `faults` is the verdict: see find_faults().
#pragma once

#include <string>
#include <vector>

#include "loadtest/run_result.hpp"

namespace ringcast::loadtest {

[[nodiscard]] std::string table(const RunResult& result, const std::vector<std::string>& faults);

[[nodiscard]] std::string json(const RunResult& result, const std::vector<std::string>& faults);

}  // namespace ringcast::loadtest

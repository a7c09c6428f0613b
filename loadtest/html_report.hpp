// SPDX-License-Identifier: Apache-2.0
// The report as a page of one file: verdict, charts, the table, the command and the machine. It
// loads nothing, runs nothing, and follows the reader's light or dark scheme.
#pragma once

#include <string>
#include <vector>

#include "loadtest/run_result.hpp"

namespace ringcast::loadtest {

[[nodiscard]] std::string html(const RunResult& result, const std::vector<std::string>& faults);

}  // namespace ringcast::loadtest

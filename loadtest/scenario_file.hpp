// SPDX-License-Identifier: Apache-2.0
// Scenario files: JSON with comments (docs/load_testing.md, "Scenarios").
#pragma once

#include <string>

#include "core/result.hpp"
#include "loadtest/scenario.hpp"

namespace ringcast::loadtest {

/// An error has one line for each mistake: the path of the value, and what was expected there.
[[nodiscard]] core::Result<Scenario> parse_scenario(const std::string& text);

/// As parse_scenario(), from a file; its name stands before each line.
[[nodiscard]] core::Result<Scenario> load_scenario(const std::string& file_name);

}  // namespace ringcast::loadtest

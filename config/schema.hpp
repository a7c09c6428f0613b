// SPDX-License-Identifier: Apache-2.0
// The settings table for editors and for people.
#pragma once

#include <string>

namespace ringcast::config {

/// The JSON Schema (draft 2020-12) of ringcast.json, indented. It says all that one value can tell;
/// rules across values only parse_config() knows.
[[nodiscard]] std::string json_schema();

/// docs/config.md.
[[nodiscard]] std::string config_markdown();

}  // namespace ringcast::config

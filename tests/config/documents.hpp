// SPDX-License-Identifier: Apache-2.0
// Small configurations for the tests, and what is said of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringcast::config {

/// The issue's smallest useful file.
inline constexpr std::string_view kMinimal = R"({ "listen": [{"port": 8000}],
  "auth": {"source": {"user": "source", "password": "hackme"},
           "admin": {"user": "admin", "password": "hackme"}},
  "stations": [{"mount": "/live"}] })";

/// A valid configuration but for `value`, JSON text, at `path` of the settings table
/// ("stations[].ring": of the first station).
[[nodiscard]] std::string document(std::string_view path, std::string_view value);

/// A valid configuration with `members` ("\"pool\": {...}") beside its auth.source.
[[nodiscard]] std::string with(std::string_view members);

/// The messages of parse_config(); none when the text is accepted.
[[nodiscard]] std::vector<std::string> messages(std::string_view text);

}  // namespace ringcast::config

// SPDX-License-Identifier: Apache-2.0
// From the text of ringcast.json to a complete, checked Config, or to all that is wrong with it.
#pragma once

#include <string>
#include <string_view>

#include "config/config.hpp"
#include "config/error.hpp"

namespace ringcast::config {

inline constexpr std::size_t kFileBytesMax = std::size_t{16} << 20U;

/// Reads a configuration: JSON (RFC 8259) with // and /* */ comments. The result holds every rule
/// of docs/config.md. A syntax error stands alone; faults of single values come before those across
/// values, which are looked for only when there are none of the first kind.
[[nodiscard]] Result<Config> parse_config(std::string_view text);

/// parse_config() of a file of at most kFileBytesMax bytes. Blocks on the disk.
[[nodiscard]] Result<Config> load_config(const std::string& path);

}  // namespace ringcast::config

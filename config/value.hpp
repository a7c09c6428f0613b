// SPDX-License-Identifier: Apache-2.0
// One value of the file: read into the member of its row, described, and printed.
#pragma once

#include <optional>
#include <string>

#include "config/error.hpp"
#include "config/fields.hpp"
#include "config/json_tree.hpp"

namespace ringcast::config {

/// Bounds of both forms of a burst; a size is also held against its ring (validate.cpp).
inline constexpr Duration kBurstDurationMax = std::chrono::minutes(10);
inline constexpr Bytes kBurstSizeMax = mib(512);

/// Reads `node` into `slot`, the member of `field`. On a fault the member keeps its value and the
/// error has all but the path.
[[nodiscard]] std::optional<Error> read_value(const Field& field, const Node& node, Slot slot);

/// What the member accepts: "64KiB to 1GiB", "1s to 1h, or 0 (off)", "a path such as ...".
[[nodiscard]] std::string allowed(const Field& field, Slot slot);

/// The member's value as JSON: "\"4s\"", "16000", "true", "\"auto\"".
[[nodiscard]] std::string to_json(const Field& field, Slot slot);

/// What an operator calls the member's type: "text", "number", "size", "duration", ...
[[nodiscard]] std::string_view type_name(Slot slot);

}  // namespace ringcast::config

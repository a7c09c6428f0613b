// SPDX-License-Identifier: Apache-2.0
// "Did you mean": the closest of the known names.
#pragma once

#include <span>
#include <string_view>

namespace ringcast::config {

/// The name in `known` that `typed` is closest to, counting insertions, deletions, substitutions
/// and swaps of neighbours; empty when all are further than a third of its length (at least 1).
[[nodiscard]] std::string_view closest(std::string_view typed,
                                       std::span<const std::string_view> known);

}  // namespace ringcast::config

// SPDX-License-Identifier: Apache-2.0
#include "config/suggest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ringcast::config {
namespace {

constexpr std::size_t kNameMax = 64;  // nothing known is longer

/// The optimal string alignment distance. Requires: both at most kNameMax bytes.
std::size_t distance(std::string_view from, std::string_view to) {
    // Three rows of the classic table: row[j] is the distance from from[0, i) to to[0, j).
    std::array<std::array<std::size_t, kNameMax + 1>, 3> rows{};
    for (std::size_t j = 0; j <= to.size(); ++j) {
        rows[0][j] = j;
    }
    for (std::size_t i = 1; i <= from.size(); ++i) {
        auto& row = rows[i % 3];
        const auto& above = rows[(i + 2) % 3];
        const auto& above_that = rows[(i + 1) % 3];
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const std::size_t substitution = above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, substitution});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
                row[j] = std::min(row[j], above_that[j - 2] + 1);
            }
        }
    }
    return rows[from.size() % 3][to.size()];
}

}  // namespace

std::string_view closest(std::string_view typed, std::span<const std::string_view> known) {
    if (typed.size() > kNameMax) {
        return {};
    }
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(typed.size() / 3, 1) + 1;
    for (const std::string_view name : known) {
        const std::size_t candidate = name.size() <= kNameMax ? distance(typed, name) : kNameMax;
        if (candidate < best_distance) {
            best = name;
            best_distance = candidate;
        }
    }
    return best;
}

}  // namespace ringcast::config

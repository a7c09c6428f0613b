// SPDX-License-Identifier: Apache-2.0
// A horizontal bar chart as a self-contained SVG that follows the reader's light or dark scheme.
#pragma once

#include <string>
#include <vector>

namespace ringcast::tests::bench {

struct Bar {
    std::string name;
    double value = 0;  ///< not negative
    std::string text;  ///< the value as it is written beside the bar
};

[[nodiscard]] std::string bar_chart(const std::string& title, const std::vector<Bar>& bars);

}  // namespace ringcast::tests::bench

// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bar_chart.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringcast::tests::bench {

namespace {

constexpr int kWidth = 760;
constexpr int kNameWidth = 230;
constexpr int kBarWidthMax = 430;
constexpr int kRowHeight = 30;
constexpr int kTitleHeight = 44;

constexpr const char* kStyle =
    "<style>text{font:14px system-ui,sans-serif;fill:#1c2430}.t{font-weight:600}"
    ".b{fill:#2f6fde}@media(prefers-color-scheme:dark){text{fill:#e6e9ee}.b{fill:#7aa7ff}}"
    "</style>\n";

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char character : text) {
        switch (character) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            default:
                safe += character;
        }
    }
    return safe;
}

}  // namespace

std::string bar_chart(const std::string& title, const std::vector<Bar>& bars) {
    double longest = 0;
    std::string spoken = title;
    for (const Bar& bar : bars) {
        longest = std::max(longest, bar.value);
        spoken += "; " + bar.name + ": " + bar.text;
    }
    const int height = kTitleHeight + kRowHeight * static_cast<int>(bars.size()) + 10;
    std::string svg = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" role="img" aria-label="{}">)"
        "\n",
        kWidth, height, escaped(spoken));
    svg += kStyle;
    svg += fmt::format(R"(<text class="t" x="10" y="26">{}</text>)"
                       "\n",
                       escaped(title));
    int y = kTitleHeight;
    for (const Bar& bar : bars) {
        const double width = longest > 0 ? kBarWidthMax * bar.value / longest : 0;
        svg += fmt::format(R"(<text x="{}" y="{}" text-anchor="end">{}</text>)", kNameWidth - 10,
                           y + 17, escaped(bar.name));
        svg += fmt::format(R"(<rect class="b" x="{}" y="{}" width="{:.1f}" height="{}" rx="2"/>)",
                           kNameWidth, y + 2, width, kRowHeight - 9);
        svg += fmt::format(R"(<text x="{:.1f}" y="{}">{}</text>)"
                           "\n",
                           kNameWidth + width + 8, y + 17, escaped(bar.text));
        y += kRowHeight;
    }
    return svg + "</svg>\n";
}

}  // namespace ringcast::tests::bench

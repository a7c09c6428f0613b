// SPDX-License-Identifier: Apache-2.0
// Small charts as inline SVG 1.1. Colours and letters come from the page's style sheet (classes
// "grid", "axis", "line-N", "bar"); the text alternative says what the chart shows in numbers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringcast::loadtest {

/// `text` for HTML or XML, as content or in a quoted attribute. Control characters, which neither
/// may hold, become spaces.
[[nodiscard]] std::string escaped(std::string_view text);

/// Short, with at most four significant digits and a prefix: 1500 is "1.5 k".
[[nodiscard]] std::string short_number(double value);

struct Point {
    double x = 0;
    double y = 0;
};

struct Line {
    std::string name;
    std::vector<Point> points;  ///< x rises
};

struct LineChart {
    std::string title;
    std::string unit;  ///< of y; x is in seconds
    std::vector<Line> lines;
};

/// Of long lines the greatest and the least of every stretch are drawn. Without any point: "".
[[nodiscard]] std::string svg(const LineChart& chart);

struct Bar {
    std::string label;  ///< where it begins on the x axis
    double height = 0;
};

struct BarChart {
    std::string title;
    std::string unit;  ///< of the labels
    std::vector<Bar> bars;
};

/// Labels are left out where they would not fit. Without any bar: "".
[[nodiscard]] std::string svg(const BarChart& chart);

}  // namespace ringcast::loadtest

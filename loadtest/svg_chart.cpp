// SPDX-License-Identifier: Apache-2.0
#include "loadtest/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace ringcast::loadtest {

namespace {

// The drawing's own units. It is as narrow as a phone, so that its letters stay readable there.
constexpr double kWidth = 480;
constexpr double kHeight = 220;
constexpr double kLeft = 56;  // of the plot's area
constexpr double kRight = 468;
constexpr double kTop = 12;
constexpr double kBottom = 190;
constexpr double kLettersBelow = 18;
constexpr std::size_t kColumns = 200;  // a longer line is drawn in as many stretches
constexpr std::size_t kBarLabels = 6;  // at most
constexpr double kGridLinesWanted = 4;

struct Range {
    double from = 0;
    double to = 1;
};

double place_x(double x, Range range) {
    return kLeft + (x - range.from) / (range.to - range.from) * (kRight - kLeft);
}

double place_y(double y, double top) {
    return kBottom - y / top * (kBottom - kTop);
}

/// 1, 2 or 5 times a power of ten, so that `length` has about four of them.
double grid_step(double length) {
    const double raw = length / kGridLinesWanted;
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (raw <= factor * power) {
            return factor * power;
        }
    }
    return 10 * power;
}

std::string begin_svg(const std::string& label) {
    return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n", kWidth,
                       kHeight, escaped(label));
}

std::string text_at(double x, double y, std::string_view anchor, const std::string& text) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y,
                       anchor, escaped(text));
}

/// Horizontal lines with their values, and the axis below.
std::string grid(double top) {
    std::string out;
    const double step = grid_step(top);
    constexpr double kRounding = 1e-9;
    for (double value = 0; value <= top * (1 + kRounding); value += step) {
        const double y = place_y(value, top);
        out += fmt::format("<line class=\"{}\" x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\"/>\n",
                           value == 0 ? "axis" : "grid", kLeft, y, kRight, y);
        out += text_at(kLeft - 6, y + 4, "end", short_number(value));
    }
    return out;
}

std::string time_axis(Range range) {
    constexpr double kSecondsMax = 300;  // beyond it minutes are easier to read
    const bool minutes = range.to - range.from > kSecondsMax;
    const double unit = minutes ? 60 : 1;
    const double step = unit * grid_step((range.to - range.from) / unit);
    std::string out;
    for (double x = std::ceil(range.from / step) * step; x <= range.to; x += step) {
        out += text_at(place_x(x, range), kBottom + kLettersBelow, "middle",
                       fmt::format("{:.4g} {}", x / unit, minutes ? "min" : "s"));
    }
    return out;
}

/// At most two points for each of kColumns stretches: its least and its greatest, in their order.
std::vector<Point> thinned(const std::vector<Point>& points) {
    if (points.size() <= 2 * kColumns) {
        return points;
    }
    std::vector<Point> kept;
    for (std::size_t column = 0; column < kColumns; ++column) {
        const auto begin =
            points.begin() + static_cast<std::ptrdiff_t>(column * points.size() / kColumns);
        const auto end =
            points.begin() + static_cast<std::ptrdiff_t>((column + 1) * points.size() / kColumns);
        auto [least, greatest] = std::minmax_element(
            begin, end, [](const Point& a, const Point& b) { return a.y < b.y; });
        kept.push_back(*std::min(least, greatest));
        if (least != greatest) {
            kept.push_back(*std::max(least, greatest));
        }
    }
    return kept;
}

std::string path_of(const std::vector<Point>& points, Range range, double top) {
    std::string path;
    for (const Point& point : thinned(points)) {
        path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", place_x(point.x, range),
                            place_y(std::max(point.y, 0.0), top));
    }
    return path;
}

/// "Title: name from 0 to 5 k, at most 6 k; ..."
std::string line_label(const LineChart& chart) {
    std::string label = chart.title + ":";
    for (const Line& line : chart.lines) {
        if (line.points.empty()) {
            continue;
        }
        const double greatest = std::ranges::max(line.points, {}, &Point::y).y;
        label += fmt::format(
            " {} from {} to {} {}, at most {};", line.name, short_number(line.points.front().y),
            short_number(line.points.back().y), chart.unit, short_number(greatest));
    }
    label.pop_back();
    return label;
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) ? ' ' : c;
        }
    }
    return out;
}

std::string short_number(double value) {
    if (std::abs(value) < 1'000) {
        return fmt::format("{:.4g}", value);
    }
    constexpr std::array kPrefixes{"k", "M", "G", "T"};
    double scaled = value / 1'000;
    std::size_t prefix = 0;
    while (std::abs(scaled) >= 1'000 && prefix + 1 < kPrefixes.size()) {
        scaled /= 1'000;
        ++prefix;
    }
    return fmt::format("{:.4g} {}", scaled, kPrefixes.at(prefix));
}

std::string svg(const LineChart& chart) {
    Range range{HUGE_VAL, -HUGE_VAL};
    double top = 0;
    for (const Line& line : chart.lines) {
        for (const Point& point : line.points) {
            range = {std::min(range.from, point.x), std::max(range.to, point.x)};
            top = std::max(top, point.y);
        }
    }
    if (range.from > range.to) {
        return "";
    }
    range.to = std::max(range.to, range.from + 1);
    top = top > 0 ? grid_step(top) * std::ceil(top / grid_step(top)) : 1;
    std::string out = begin_svg(line_label(chart)) + grid(top) + time_axis(range);
    for (std::size_t i = 0; i < chart.lines.size(); ++i) {
        out += fmt::format("<path class=\"line-{}\" d=\"{}\"/>\n", i + 1,
                           path_of(chart.lines[i].points, range, top));
    }
    return out + "</svg>\n";
}

std::string svg(const BarChart& chart) {
    if (chart.bars.empty()) {
        return "";
    }
    const Bar& highest = std::ranges::max(chart.bars, {}, &Bar::height);
    const double top = std::max(highest.height, 1.0);
    const auto count = static_cast<double>(chart.bars.size());
    const double width = (kRight - kLeft) / count;
    const std::size_t label_every = (chart.bars.size() + kBarLabels - 1) / kBarLabels;
    std::string out = begin_svg(fmt::format("{}: from {} to {} {}, most often from {}", chart.title,
                                            chart.bars.front().label, chart.bars.back().label,
                                            chart.unit, highest.label)) +
                      grid(top);
    for (std::size_t i = 0; i < chart.bars.size(); ++i) {
        const double x = kLeft + static_cast<double>(i) * width;
        const double y = place_y(chart.bars[i].height, top);
        out += fmt::format(
            "<rect class=\"bar\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
            "height=\"{:.1f}\"/>\n",
            x, y, std::max(width - 1, 0.5), kBottom - y);
        if (i % label_every == 0) {
            out += text_at(x, kBottom + kLettersBelow, "start", chart.bars[i].label);
        }
    }
    return out + "</svg>\n";
}

}  // namespace ringcast::loadtest

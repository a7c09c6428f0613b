// SPDX-License-Identifier: Apache-2.0
#include "loadtest/svg_chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace ringcast::loadtest {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Escaped, LeavesNothingThatMarkupWouldTake) {
    EXPECT_EQ(escaped("<a b=\"c\">'&\n\x1B\x7F"), "&lt;a b=&quot;c&quot;&gt;&#39;&amp;   ");
    EXPECT_EQ(escaped("Grüße"), "Grüße");
}

TEST(ShortNumber, HasAPrefixFromAThousandOn) {
    EXPECT_EQ(short_number(0), "0");
    EXPECT_EQ(short_number(0.25), "0.25");
    EXPECT_EQ(short_number(999), "999");
    EXPECT_EQ(short_number(1'500), "1.5 k");
    EXPECT_EQ(short_number(2'000'000), "2 M");
    EXPECT_EQ(short_number(3e15), "3000 T");
}

TEST(LineChart, DrawsEachPointInItsPlace) {
    const std::string chart =
        svg(LineChart{"Connected", "listeners", {{"streaming", {{0, 0}, {5, 50}, {10, 100}}}}});
    EXPECT_THAT(chart, HasSubstr("d=\"M56.0 190.0L262.0 101.0L468.0 12.0\""));
    EXPECT_THAT(chart, HasSubstr("role=\"img\" aria-label=\"Connected: streaming from 0 to 100 "
                                 "listeners, at most 100\""));
    EXPECT_THAT(chart, HasSubstr(">100</text>"));
    EXPECT_THAT(chart, HasSubstr(">10 s</text>"));
}

TEST(LineChart, CountsMinutesInLongRuns) {
    EXPECT_THAT(svg(LineChart{"a", "b", {{"c", {{0, 1}, {3'600, 1}}}}}),
                HasSubstr(">20 min</text>"));
}

TEST(LineChart, IsNothingWithoutPointsAndFlatWithOne) {
    EXPECT_EQ(svg(LineChart{"a", "b", {}}), "");
    EXPECT_EQ(svg(LineChart{"a", "b", {{"c", {}}}}), "");
    const std::string one = svg(LineChart{"a", "b", {{"c", {{3, 0}}}}});
    EXPECT_THAT(one, HasSubstr("d=\"M56.0 190.0\""));
    EXPECT_THAT(one, Not(HasSubstr("nan")));
}

TEST(LineChart, KeepsThePeakOfALongLine) {
    Line line{"c", {}};
    for (int i = 0; i < 4'096; ++i) {
        line.points.push_back({static_cast<double>(i), i == 2'222 ? 100.0 : 1.0});
    }
    const std::string chart = svg(LineChart{"a", "b", {line}});
    EXPECT_THAT(chart, HasSubstr(" 12.0L")) << "the peak touches the top";
    EXPECT_LT(std::ranges::count(chart, 'L'), 420);
}

TEST(LineChart, EscapesItsTexts) {
    const std::string chart = svg(LineChart{"<t>", "\"u\"", {{"&n", {{0, 1}}}}});
    EXPECT_THAT(chart, HasSubstr("&lt;t&gt;: &amp;n from 1 to 1 &quot;u&quot;"));
}

TEST(BarChart, DrawsBarsInProportionAndNamesTheHighest) {
    const std::string chart = svg(BarChart{"Latency", "ms", {{"1", 50}, {"2", 100}}});
    EXPECT_THAT(chart, HasSubstr("x=\"56.0\" y=\"101.0\" width=\"205.0\" height=\"89.0\""));
    EXPECT_THAT(chart, HasSubstr("x=\"262.0\" y=\"12.0\" width=\"205.0\" height=\"178.0\""));
    EXPECT_THAT(chart, HasSubstr("aria-label=\"Latency: from 1 to 2 ms, most often from 2\""));
    EXPECT_EQ(svg(BarChart{"a", "b", {}}), "");
}

}  // namespace
}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/bench/bar_chart.hpp"

namespace ringcast::tests::bench {
namespace {

using testing::HasSubstr;
using testing::Not;

Findings three_runs_and_two() {
    Findings findings("fanout", "a contest", {{"cpu", "CPU", 1}});
    for (const double cpu : {30.0, 10.0, 20.0}) {
        findings.add("ours", {{"cpu", cpu}, {"gaps", 0}});
    }
    for (const double cpu : {10.0, 40.0}) {
        findings.add("theirs", {{"cpu", cpu}});
    }
    return findings;
}

TEST(Findings, MedianIsTheMiddleOrBetweenTheTwoMiddleOnes) {
    const Findings findings = three_runs_and_two();
    EXPECT_EQ(findings.median("ours", "cpu"), 20);
    EXPECT_EQ(findings.median("theirs", "cpu"), 25);
    EXPECT_EQ(findings.median("theirs", "gaps"), std::nullopt);
    EXPECT_EQ(findings.median("nobody", "cpu"), std::nullopt);
}

TEST(Findings, RatioIsOfMediansAndMissesItsGoalAboveIt) {
    Findings findings = three_runs_and_two();
    findings.compare({.key = "cpu", .row = "ours", .reference = "theirs", .at_most = 0.8});
    EXPECT_THAT(findings.table(), HasSubstr("- ours / theirs: 0.800 (goal: at most 0.800)\n"));
    findings.compare({.key = "cpu", .row = "theirs", .reference = "ours", .at_most = 1.2});
    EXPECT_THAT(findings.table(),
                HasSubstr("- theirs / ours: 1.250 (goal: at most 1.200: NOT MET"));
    findings.compare({.key = "cpu", .row = "ours", .reference = "nobody"});
    EXPECT_THAT(findings.table(), Not(HasSubstr("nobody")));
}

TEST(Findings, JsonHasEveryRunAndRow) {
    const auto json = nlohmann::json::parse(three_runs_and_two().json());
    EXPECT_EQ(json.at("rows").size(), 2U);
    EXPECT_EQ(json.at("rows").at(0).at("name"), "ours");
    EXPECT_EQ(json.at("rows").at(0).at("median").at("cpu"), 20);
    EXPECT_EQ(json.at("rows").at(0).at("runs").size(), 3U);
}

TEST(Findings, AFaultIsShownAndSpoilsThem) {
    Findings findings = three_runs_and_two();
    EXPECT_TRUE(findings.faultless());
    findings.fault("ours: 1 gap");
    EXPECT_FALSE(findings.faultless());
    EXPECT_THAT(findings.table(), HasSubstr("FAULT: ours: 1 gap"));
}

TEST(BarChart, LongestBarIsTheGreatestAndTextsAreEscaped) {
    const std::string svg = bar_chart("a < b", {{"x & y", 50, "50"}, {"z", 100, "100"}});
    EXPECT_THAT(svg, HasSubstr(R"(width="215.0")"));
    EXPECT_THAT(svg, HasSubstr(R"(width="430.0")"));
    EXPECT_THAT(svg, HasSubstr("a &lt; b"));
    EXPECT_THAT(svg, HasSubstr("x &amp; y"));
    EXPECT_THAT(svg, Not(HasSubstr("x & y")));
}

}  // namespace
}  // namespace ringcast::tests::bench

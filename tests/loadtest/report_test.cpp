// SPDX-License-Identifier: Apache-2.0
// What a run found is said in words and in JSON, whatever servers said.
#include "loadtest/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace ringcast::loadtest {
namespace {

RunResult clean_run() {
    RunResult result;
    result.command = "check";
    result.seconds = 1;
    result.fleet.emplace();
    result.fleet->fast.frames = 100;
    result.sources.emplace();
    result.titles.emplace();
    return result;
}

TEST(Report, SaysTheVerdict) {
    const auto result = clean_run();
    EXPECT_THAT(table(result, {}), testing::HasSubstr("\npassed\n"));
    EXPECT_THAT(json(result, {}), testing::HasSubstr("\"passed\": true"));
    EXPECT_THAT(table(result, {"2 gaps"}), testing::HasSubstr("FAILED\n  2 gaps\n"));
    EXPECT_THAT(json(result, {"2 gaps"}), testing::HasSubstr("\"passed\": false"));
}

TEST(Report, SaysWhatTheServerNeeded) {
    auto result = clean_run();
    ServerUse& server = result.server.emplace();
    server.pids = {41, 42};
    server.seconds = 10;
    server.cpu_seconds = 1;
    server.bytes = 1'000'000'000;
    server.arrived = 1'000;
    server.pss_before = 4'000'000;
    server.pss_after = 4'256'000;
    server.notes = {"process 41 ended during the run"};
    const std::string text = table(result, {});
    EXPECT_THAT(text, testing::HasSubstr("41, 42"));
    EXPECT_THAT(text, testing::HasSubstr("10.0 % of a core, over 10.0 s"));
    EXPECT_THAT(text, testing::HasSubstr("1.000 ns for each of 1000000000 bytes"));
    EXPECT_THAT(text, testing::HasSubstr("256 bytes for each of 1000"));
    EXPECT_THAT(text, testing::HasSubstr("process 41 ended during the run"));
    const auto report = nlohmann::json::parse(json(result, {})).at("server");
    EXPECT_EQ(report.at("cpu_percent"), 10);
    EXPECT_EQ(report.at("pss_per_listener_bytes"), 256);
    EXPECT_EQ(report.at("descriptors_max"), nullptr);
}

TEST(Report, DividesByNothingThatIsNot) {
    const ServerUse nothing;
    EXPECT_EQ(nothing.cpu_percent(), 0);
    EXPECT_FALSE(nothing.cpu_ns_per_byte());
    EXPECT_FALSE(nothing.pss_per_listener());
}

TEST(Report, GivesTheSeriesInColumns) {
    auto result = clean_run();
    result.series = {{.seconds = 0, .server = ServerSample{.pss_bytes = 7}},
                     {.seconds = 1, .streaming = 5, .server = ServerSample{.cpu_seconds = 0.5}}};
    const auto series = nlohmann::json::parse(json(result, {})).at("series");
    EXPECT_EQ(series.at("seconds"), nlohmann::json({0, 1}));
    EXPECT_EQ(series.at("streaming"), nlohmann::json({0, 5}));
    EXPECT_EQ(series.at("server_cpu_seconds"), nlohmann::json({0, 0.5}));
    EXPECT_EQ(series.at("server_pss_bytes"), nlohmann::json({7, nullptr}));
}

TEST(Report, IsJsonWhateverAServerSays) {
    auto result = clean_run();
    result.fleet->failures["status \xFF\x1B\"\n"] = 1;
    EXPECT_TRUE(nlohmann::json::accept(json(result, {})));
}

}  // namespace
}  // namespace ringcast::loadtest

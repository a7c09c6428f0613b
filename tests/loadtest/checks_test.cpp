// SPDX-License-Identifier: Apache-2.0
// A run fails for each single thing that no server may do, for each threshold that is not met, and
// for nothing else.
#include "loadtest/checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

namespace ringcast::loadtest {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr bool kStrict = true;

RunResult clean_run() {
    RunResult result;
    result.fleet.emplace();
    result.fleet->fast.frames = 100;
    result.sources.emplace();
    result.titles.emplace();
    return result;
}

std::vector<std::string> faults_of(const RunResult& result, bool strict = false) {
    return find_faults(result, {.strict = strict, .thresholds = {}});
}

std::vector<std::string> faults_with(const RunResult& result, const std::string& name,
                                     double threshold) {
    return find_faults(result, {.strict = false, .thresholds = {{name, threshold}}});
}

TEST(FindFaults, PassesACleanRun) {
    EXPECT_THAT(faults_of(clean_run(), kStrict), IsEmpty());
    EXPECT_THAT(faults_of({}, kStrict), IsEmpty());
}

TEST(FindFaults, FailsForEachFaultAlone) {
    FleetTotals zero;
    for (std::uint64_t* counter :
         {&zero.failed, &zero.closed_early, &zero.behind, &zero.fast.skips, &zero.fast.duplicates,
          &zero.fast.torn_frames, &zero.fast.corruptions, &zero.fast.foreign_frames,
          &zero.slow.duplicates, &zero.slow.torn_frames, &zero.slow.corruptions,
          &zero.icy.malformed_blocks, &zero.icy.wrong_titles, &zero.icy_wanted}) {
        *counter = 2;
        auto result = clean_run();
        result.fleet = zero;
        *counter = 0;
        const auto faults = faults_of(result);
        ASSERT_EQ(faults.size(), 1U);
        EXPECT_THAT(faults.front(), testing::StartsWith("2 "));
    }
}

TEST(FindFaults, FailsWhenSourcesOrTitlesDid) {
    auto result = clean_run();
    result.sources->disconnects = 1;
    result.sources->failed_logins = 1;
    result.titles->failed = 1;
    EXPECT_EQ(faults_of(result).size(), 3U);
    result = clean_run();
    result.titles->set = 5;
    result.fleet->icy_granted = 1;
    EXPECT_EQ(faults_of(result).size(), 1U) << "nobody got a title";
}

TEST(FindFaults, LetsSlowReadersBeSkippedAndClosed) {
    auto result = clean_run();
    result.fleet->slow.skips = 3;
    result.fleet->slow.torn_frames = 3;
    result.fleet->slow_closed = 3;
    EXPECT_TRUE(faults_of(result, kStrict).empty());
    result.fleet->slow.torn_frames = 4;
    EXPECT_THAT(faults_of(result), ElementsAre("1 torn frames"));
}

TEST(FindFaults, AsksMoreWhenStrict) {
    auto result = clean_run();
    result.fleet->mid_frame_starts = 1;
    result.fleet->icy.early_titles = 1;
    EXPECT_EQ(faults_of(result).size(), 0U);
    EXPECT_EQ(faults_of(result, kStrict).size(), 2U);
}

TEST(FindFaults, AllowsWhatAThresholdAllows) {
    auto result = clean_run();
    result.fleet->fast.skips = 3;
    EXPECT_THAT(faults_with(result, "gaps", 3), IsEmpty());
    EXPECT_THAT(faults_with(result, "gaps", 2),
                ElementsAre("3 gaps for listeners that read at full speed; gaps allows 2"));
    result.fleet->mid_frame_starts = 1;
    EXPECT_THAT(faults_with(result, "mid_frame", 0), SizeIs(2)) << "asked for, strict or not";
}

TEST(FindFaults, JudgesMeasurementsOnlyWhenAsked) {
    auto result = clean_run();
    for (std::int64_t i = 1; i <= 100; ++i) {
        result.fleet->latency.record(i * 1'000);
    }
    EXPECT_THAT(faults_of(result, kStrict), IsEmpty());
    EXPECT_THAT(faults_with(result, "latency_max_ms", 100), IsEmpty());
    EXPECT_THAT(faults_with(result, "latency_max_ms", 99.5),
                ElementsAre("100 ms of latency at most; latency_max_ms allows 99.5"));
    EXPECT_THAT(faults_with(result, "latency_p50_ms", 40), SizeIs(1));
}

TEST(FindFaults, JudgesWhatTheServerNeeded) {
    auto result = clean_run();
    ServerUse& server = result.server.emplace();
    server.seconds = 10;
    server.cpu_seconds = 2;
    server.bytes = 1'000'000'000;
    server.arrived = 10;
    server.pss_before = 1'000;
    server.pss_after = 6'120;
    const std::vector<std::pair<std::string, double>> values{
        {"server_cpu_percent", 20}, {"server_cpu_ns_per_byte", 2}, {"bytes_per_listener", 512}};
    for (const auto& [name, value] : values) {
        EXPECT_THAT(faults_with(result, name, value), IsEmpty()) << name;
        EXPECT_THAT(faults_with(result, name, value * 0.99), SizeIs(1)) << name;
    }
}

TEST(FindFaults, HoldsAgainstARunWhatItCouldNotMeasure) {
    EXPECT_THAT(faults_with(clean_run(), "server_cpu_percent", 100),
                ElementsAre("server_cpu_percent could not be judged: not measured"));
    for (const Check& check : all_checks()) {
        if (check.name != "limits") {  // always known
            EXPECT_THAT(faults_with({}, std::string(check.name), 1e9), SizeIs(1)) << check.name;
        }
    }
}

TEST(AllChecks, HaveNamesOfTheirOwn) {
    std::set<std::string_view> names;
    for (const Check& check : all_checks()) {
        EXPECT_TRUE(names.insert(check.name).second) << check.name;
    }
}

TEST(AllChecks, StandInTheDocument) {
    std::ifstream file(RINGCAST_LOAD_TESTING_DOCUMENT);
    const std::string document(std::istreambuf_iterator<char>(file), {});
    for (const Check& check : all_checks()) {
        EXPECT_THAT(document, testing::HasSubstr("`" + std::string(check.name) + "`"));
    }
}

}  // namespace
}  // namespace ringcast::loadtest

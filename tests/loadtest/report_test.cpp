// SPDX-License-Identifier: Apache-2.0
// A run fails for each single thing that no server may do, and for nothing else.
#include "loadtest/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Report, PassesACleanRun) {
    const auto result = clean_run();
    EXPECT_TRUE(find_faults(result, true).empty());
    EXPECT_THAT(table(result, {}), testing::HasSubstr("\npassed\n"));
    EXPECT_THAT(json(result, {}), testing::HasSubstr("\"passed\": true"));
}

TEST(Report, FailsForEachFaultAlone) {
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
        const auto faults = find_faults(result, false);
        ASSERT_EQ(faults.size(), 1U);
        EXPECT_THAT(faults.front(), testing::StartsWith("2 "));
        EXPECT_THAT(table(result, faults), testing::HasSubstr("FAILED\n  " + faults.front()));
        EXPECT_THAT(json(result, faults), testing::HasSubstr("\"passed\": false"));
    }
}

TEST(Report, FailsWhenSourcesOrTitlesDid) {
    auto result = clean_run();
    result.sources->disconnects = 1;
    result.sources->failed_logins = 1;
    result.titles->failed = 1;
    EXPECT_EQ(find_faults(result, false).size(), 3U);
    result = clean_run();
    result.titles->set = 5;
    result.fleet->icy_granted = 1;
    EXPECT_EQ(find_faults(result, false).size(), 1U) << "nobody got a title";
}

TEST(Report, LetsSlowReadersBeSkippedAndClosed) {
    auto result = clean_run();
    result.fleet->slow.skips = 3;
    result.fleet->slow.torn_frames = 3;
    result.fleet->slow_closed = 3;
    EXPECT_TRUE(find_faults(result, true).empty());
    result.fleet->slow.torn_frames = 4;
    EXPECT_THAT(find_faults(result, false), testing::ElementsAre("1 torn frames"));
}

TEST(Report, AsksMoreWhenStrict) {
    auto result = clean_run();
    result.fleet->mid_frame_starts = 1;
    result.fleet->icy.early_titles = 1;
    EXPECT_EQ(find_faults(result, false).size(), 0U);
    EXPECT_EQ(find_faults(result, true).size(), 2U);
}

}  // namespace
}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/fleet_totals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringcast::loadtest {
namespace {

FleetTotals some_totals() {
    FleetTotals totals;
    totals.listeners = 7;
    totals.all_streaming_us = 1'234;
    totals.fast.frames = 99;
    totals.icy.wrong_titles = 3;
    totals.latency.record(150'000);
    totals.join.record(20);
    totals.failures = {{"connect: Connection refused", 2}, {"", 1}};
    return totals;
}

void expect_same(const FleetTotals& a, const FleetTotals& b) {
    EXPECT_EQ(a.listeners, b.listeners);
    EXPECT_EQ(a.all_streaming_us, b.all_streaming_us);
    EXPECT_EQ(a.fast.frames, b.fast.frames);
    EXPECT_EQ(a.icy.wrong_titles, b.icy.wrong_titles);
    EXPECT_EQ(a.latency.percentile_us(0.5), b.latency.percentile_us(0.5));
    EXPECT_EQ(a.join.max_us(), b.join.max_us());
    EXPECT_EQ(a.failures, b.failures);
}

TEST(FleetTotals, AreTheSameBehindThePipe) {
    const auto decoded = decode(encode(some_totals()));
    ASSERT_TRUE(decoded);
    expect_same(*decoded, some_totals());
}

TEST(FleetTotals, AreNotReadFromAMessageThatIsCutShort) {
    const auto message = encode(some_totals());
    std::size_t read = 0;
    for (std::size_t size = 0; size < message.size(); ++size) {
        read += decode(std::span(message).first(size)) ? 1 : 0;
    }
    // Only at the ends of the numbers and of the first reason does a shorter message end.
    EXPECT_EQ(read, 2U);
    EXPECT_FALSE(decode(std::span(message).first(sizeof(FleetNumbers) - 1)));
}

TEST(FleetTotals, TellOnlySoManyReasonsApartAndLoseNone) {
    FleetTotals totals;
    for (int number = 0; number < 1'000; ++number) {
        count_failure(totals.failures, std::to_string(number) + std::string(10'000, 'x'));
        count_failure(totals.failures, "the first");
    }
    EXPECT_LE(totals.failures.size(), kFailureReasonsMax + 1);
    EXPECT_EQ(totals.failures.at("the first"), 1'000U);
    EXPECT_EQ(totals.failures.at("other reasons"), 1'000 - kFailureReasonsMax + 1);
    EXPECT_LE(encode(totals).size(), kTotalsBytesMax);
}

TEST(FleetTotals, AddUpWhenMergedAndKeepTheLatestTime) {
    FleetTotals all = some_totals();
    FleetTotals more = some_totals();
    more.all_streaming_us = 1'000;
    all.merge(more);
    EXPECT_EQ(all.listeners, 14U);
    EXPECT_EQ(all.fast.frames, 198U);
    EXPECT_EQ(all.latency.count(), 2U);
    EXPECT_EQ(all.all_streaming_us, 1'234);
    EXPECT_EQ(all.failures.at("connect: Connection refused"), 4U);
}

}  // namespace
}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace ringcast::loadtest {
namespace {

TEST(Histogram, IsZeroWhenNothingWasRecorded) {
    const Histogram histogram;
    EXPECT_EQ(histogram.percentile_us(0.5), 0);
    EXPECT_EQ(histogram.max_us(), 0);
}

TEST(Histogram, IsExactForSmallValues) {
    Histogram histogram;
    for (std::int64_t value = 1; value <= 60; ++value) {
        histogram.record(value);
    }
    EXPECT_EQ(histogram.percentile_us(0.5), 30);
    EXPECT_EQ(histogram.percentile_us(1.0), 60);
}

TEST(Histogram, CountsValuesBeyondItsRange) {
    Histogram histogram;
    histogram.record(-5);
    histogram.record(INT64_MAX);
    EXPECT_EQ(histogram.count(), 2U);
    EXPECT_EQ(histogram.percentile_us(0.5), 0);
    EXPECT_EQ(histogram.max_us(), INT64_MAX);
}

TEST(Histogram, PercentilesAreWithinAThirtiethOfASortedList) {
    constexpr std::uint64_t kSeed = 11;
    SCOPED_TRACE(kSeed);
    std::mt19937_64 random(kSeed);
    std::vector<std::int64_t> values;
    Histogram first;
    Histogram second;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(static_cast<std::int64_t>(random() >> (30 + random() % 30)));
        (i % 2 == 0 ? first : second).record(values.back());
    }
    first.merge(second);
    std::sort(values.begin(), values.end());
    EXPECT_EQ(first.count(), values.size());
    for (const double fraction : {0.001, 0.1, 0.5, 0.9, 0.99, 1.0}) {
        const auto rank = static_cast<std::size_t>(fraction * 20'000.0);
        const std::int64_t exact = values[rank - 1];
        EXPECT_GE(first.percentile_us(fraction), exact);
        EXPECT_LE(first.percentile_us(fraction), exact + exact / 30) << fraction;
    }
}

TEST(Histogram, HasBarsFromTheFirstToTheLastValue) {
    Histogram histogram;
    EXPECT_TRUE(histogram.bars().empty());
    for (const std::int64_t value : {1'100, 1'250, 1'279, 1'280, 2'047}) {
        histogram.record(value);
    }
    const auto bars = histogram.bars();
    ASSERT_EQ(bars.size(), 4U);
    EXPECT_EQ(bars[0].from_us, 1'024);
    EXPECT_EQ(bars[0].count, 3U);
    EXPECT_EQ(bars[1].from_us, 1'280);
    EXPECT_EQ(bars[1].count, 1U);
    EXPECT_EQ(bars[2].count, 0U);
    EXPECT_EQ(bars[3].from_us, 1'792);
    EXPECT_EQ(bars[3].count, 1U);
    histogram.record(3);
    EXPECT_EQ(histogram.bars().front().from_us, 0);
    EXPECT_EQ(histogram.bars()[1].from_us, 64);
}

}  // namespace
}  // namespace ringcast::loadtest

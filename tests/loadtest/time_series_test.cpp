// SPDX-License-Identifier: Apache-2.0
#include "loadtest/time_series.hpp"

#include <gtest/gtest.h>

namespace ringcast::loadtest {
namespace {

TEST(TimeSeries, KeepsEveryPointOfAShortRun) {
    TimeSeries series;
    for (std::size_t i = 0; i < TimeSeries::kPointsMax; ++i) {
        series.add({.seconds = static_cast<double>(i)});
    }
    ASSERT_EQ(series.points().size(), TimeSeries::kPointsMax);
    EXPECT_EQ(series.points().back().seconds, TimeSeries::kPointsMax - 1);
}

TEST(TimeSeries, ThinsALongRunEvenlyFromItsBeginningToNow) {
    TimeSeries series;
    constexpr std::size_t kOffered = 100'000;
    for (std::size_t i = 0; i < kOffered; ++i) {
        series.add({.seconds = static_cast<double>(i)});
        ASSERT_LE(series.points().size(), TimeSeries::kPointsMax);
    }
    const auto& points = series.points();
    ASSERT_GE(points.size(), TimeSeries::kPointsMax / 2);
    EXPECT_EQ(points.front().seconds, 0);
    const double step = points[1].seconds;
    for (std::size_t i = 1; i < points.size(); ++i) {
        ASSERT_EQ(points[i].seconds - points[i - 1].seconds, step) << i;
    }
    EXPECT_GT(points.back().seconds, static_cast<double>(kOffered) - step - 1);
}

}  // namespace
}  // namespace ringcast::loadtest

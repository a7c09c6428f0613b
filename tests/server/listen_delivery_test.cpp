// SPDX-License-Identifier: Apache-2.0
#include "server/listen/delivery.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "server/net/quota.hpp"

namespace ringcast::server::listen {
namespace {

constexpr FanoutOptions kOptions{.phase_ms = 25, .delivery_max_ms = 1000};

TEST(Delivery, IntervalIsAQuarterOfTheLeadWithinItsBounds) {
    const stations::StationSettings automatic;
    EXPECT_EQ(interval_ticks(automatic, {.us = 2'000'000}, kOptions), 20U);  // 500 ms
    EXPECT_EQ(interval_ticks(automatic, {.us = 4'000'000}, kOptions), 40U);
    EXPECT_EQ(interval_ticks(automatic, {.us = 60'000'000}, kOptions), 40U) << "delivery_max";
    EXPECT_EQ(interval_ticks(automatic, {.us = 0}, kOptions), 4U) << "100 ms";
}

TEST(Delivery, StationsOwnIntervalCounts) {
    stations::StationSettings settings;
    settings.delivery_ms = 50;
    EXPECT_EQ(interval_ticks(settings, {.us = 4'000'000}, kOptions), 2U);
    settings.delivery_ms = 1;
    EXPECT_EQ(interval_ticks(settings, {.us = 4'000'000}, kOptions), 1U) << "never 0";
    settings.delivery_ms = 5000;
    EXPECT_EQ(interval_ticks(settings, {.us = 4'000'000}, kOptions), ticks_max(kOptions));
}

TEST(Delivery, KernelHoldsTheBurstOrTwoDeliveriesWithinBounds) {
    EXPECT_EQ(kernel_bytes({.us = 4'000'000, .bytes = 64'000}, 40, kOptions), 65'536);
    EXPECT_EQ(kernel_bytes({.us = 4'000'000, .bytes = 700'000}, 40, kOptions), 700'000);
    EXPECT_EQ(kernel_bytes({.us = 1'000'000, .bytes = 90'000}, 40, kOptions), 180'000);
    EXPECT_EQ(kernel_bytes({.us = 0, .bytes = 0, .bits_per_s = 800'000}, 40, kOptions), 200'000);
    EXPECT_EQ(kernel_bytes({.us = 1, .bytes = 5'000'000}, 40, kOptions), 1'048'576);
}

/// Seconds of a worker that spends a part of each in passes of 5 ms.
class GovernorTest : public testing::Test {
  protected:
    /// How often the intervals changed.
    int live(int seconds, int busy_percent) {
        int changes = 0;
        for (int i = 0; i < seconds * 10; ++i) {
            changes +=
                governor_.passed(now_us_, now_us_ + std::int64_t{1000} * busy_percent) ? 1 : 0;
            now_us_ += 100'000;
        }
        return changes;
    }

    Governor governor_;
    std::int64_t now_us_ = 5'000'000'000;
};

TEST_F(GovernorTest, LeavesIntervalsAloneWhileThereIsTime) {
    live(2, 0);
    EXPECT_EQ(live(100, 79), 0);
    EXPECT_EQ(governor_.stretch(4, 41), 4U);
}

TEST_F(GovernorTest, DoublesIntervalsWithinTheBoundWhileThereIsNone) {
    live(2, 0);
    EXPECT_EQ(live(2, 95), 1);
    EXPECT_EQ(governor_.stretch(4, 41), 8U);
    EXPECT_EQ(live(1, 95), 1);
    EXPECT_EQ(governor_.stretch(4, 41), 16U);
    live(100, 95);
    EXPECT_EQ(governor_.stretch(4, 41), 41U);
    EXPECT_EQ(governor_.stretch(41, 41), 41U);
}

TEST_F(GovernorTest, ComesBackStepByStepOnceThereIsTimeAgain) {
    live(2, 0);
    live(10, 95);
    const std::uint32_t factor = governor_.factor();
    EXPECT_EQ(live(20, 60), 0) << "neither busy nor calm";
    live(5, 40);
    EXPECT_EQ(governor_.factor(), factor / 2);
    live(100, 40);
    EXPECT_EQ(governor_.factor(), 1U);
}

TEST(Quota, PlacesComeBack) {
    net::Quota quota(2);
    net::Place first = net::take_place(quota);
    const net::Place second = net::take_place(quota);
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(net::take_place(quota));
    first.reset();
    EXPECT_TRUE(net::take_place(quota));
    EXPECT_EQ(quota.taken(), 1U);
}

TEST(Quota, ZeroIsNoLimit) {
    net::Quota quota(0);
    std::vector<net::Place> places(1000);
    for (net::Place& place : places) {
        place = net::take_place(quota);
        EXPECT_TRUE(place);
    }
}

TEST(Quota, HoldsHoweverManyAskAtOnce) {
    constexpr std::uint64_t kPlaces = 10;
    net::Quota quota(kPlaces);
    std::atomic<std::uint64_t> held{0};
    std::atomic<bool> exceeded{false};
    std::array<std::thread, 4> threads;
    for (std::thread& thread : threads) {
        thread = std::thread([&] {
            for (int round = 0; round < 20'000; ++round) {
                if (const net::Place place = net::take_place(quota)) {
                    exceeded = exceeded || ++held > kPlaces;
                    --held;
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_FALSE(exceeded);
    EXPECT_EQ(quota.taken(), 0U);
}

}  // namespace
}  // namespace ringcast::server::listen

// SPDX-License-Identifier: Apache-2.0
// A station of the pass-through format: joins, skips, titles, reconnects. Formats with frames and
// headers: station_framing_test.cpp.
#include "core/station.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/core_station.hpp"

namespace ringcast::core {
namespace {

using tests::CoreStation;
using tests::take;

constexpr std::uint64_t kSecond = 1'000'000;
constexpr std::size_t kStep = 1000;

std::string title_at(const Station& station, StreamOffset offset) {
    return icy::decode_text(station.titles().at(offset).block.subspan(1)).title;
}

/// Publishes `seconds` of kStep bytes each.
void publish_seconds(CoreStation& station, int seconds) {
    for (int i = 0; i < seconds; ++i) {
        station.publish_pattern(kStep, kSecond);
    }
}

TEST(Station, APoolThatIsFullRefusesItAndStaysAsItWas) {
    auto pool = take(BlockPool::create({.extents = 2, .stations = 2}));
    {
        const auto held = take(Station::create(*pool, pool->stations()[0], "/a", kRingBytesMin));
        const auto refused = Station::create(*pool, pool->stations()[1], "/b", kRingBytesMin + 1);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, Errc::PoolExhausted);
        EXPECT_EQ(pool->stations()[1].used.load(), 0U);
        EXPECT_EQ(pool->free_extents(), 1U);
        EXPECT_EQ(held->mount(), "/a");
    }
    EXPECT_EQ(pool->free_extents(), 2U);
}

TEST(Station, GivesItsMemoryBackAndLeavesACleanRecord) {
    auto pool = take(BlockPool::create({.extents = 4, .stations = 1}));
    struct stat before {};
    ASSERT_EQ(::fstat(pool->fd(), &before), 0);
    {
        auto station = take(Station::create(*pool, pool->stations()[0], "/a", 4 * kExtentBytesMin));
        ASSERT_TRUE(station->begin_source("audio/mpeg", true));
        station->set_title("title", "", 0);
        ASSERT_FALSE(station->prepare(1000).empty());
        (void)station->publish(1000, kSecond);
    }
    struct stat after {};
    ASSERT_EQ(::fstat(pool->fd(), &after), 0);
    EXPECT_LE(after.st_blocks, before.st_blocks + 8) << "the page of owners";
    const auto* bytes = pool->at<unsigned char>(pool->layout().stations);
    EXPECT_TRUE(std::all_of(bytes, bytes + sizeof(StationRecord), [](auto b) { return b == 0; }));
}

TEST(Station, TheRingIsResidentFromTheFirstSourceOn) {
    auto pool = take(BlockPool::create({.extents = 4, .stations = 1}));
    auto station = take(Station::create(*pool, pool->stations()[0], "/a", 4 * kExtentBytesMin));
    struct stat before {};
    ASSERT_EQ(::fstat(pool->fd(), &before), 0);
    EXPECT_LT(before.st_blocks * 512, 64 * 1024);
    ASSERT_TRUE(station->begin_source("x/y", true));
    struct stat after {};
    ASSERT_EQ(::fstat(pool->fd(), &after), 0);
    EXPECT_GE(after.st_blocks * 512, static_cast<blkcnt_t>(4 * kExtentBytesMin));
}

TEST(StationJoin, StartsAtTheHeadWhileNothingIsThere) {
    CoreStation station;
    const JoinPoint point = station->join({.us = 4 * kSecond});
    EXPECT_EQ(point.offset, 0U);
    EXPECT_FALSE(point.synced);
    EXPECT_EQ(point.lead_us, 0U);
}

TEST(StationJoin, ABurstInSecondsReachesThatFarBack) {
    CoreStation station;
    publish_seconds(station, 20);
    const JoinPoint point = station->join({.us = 4 * kSecond});
    EXPECT_TRUE(point.synced);
    EXPECT_EQ(point.offset, 16 * kStep);
    EXPECT_EQ(point.lead_us, 4 * kSecond);
}

TEST(StationJoin, ABurstInBytesIsAtMostThatLong) {
    CoreStation station;
    publish_seconds(station, 20);
    EXPECT_EQ(station->join({.bytes = 4 * kStep}).offset, 16 * kStep);
    EXPECT_EQ(station->join({.bytes = 4 * kStep + 1}).offset, 16 * kStep);
    EXPECT_EQ(station->join({.bytes = 1'000'000}).offset, 0U);
}

TEST(StationJoin, WithoutABurstTheNewestSyncPointIsTaken) {
    CoreStation station;
    publish_seconds(station, 20);
    for (const Burst burst : {Burst{}, Burst{.bytes = 10}, Burst{.us = 1}}) {
        const JoinPoint point = station->join(burst);
        EXPECT_TRUE(point.synced);
        EXPECT_EQ(point.offset, 19 * kStep);
    }
}

TEST(StationJoin, NoBurstIsLongerThanHalfTheRing) {
    CoreStation station;
    publish_seconds(station, 200);
    const StreamOffset head = station->ring().head();
    const StreamOffset half = station->ring().capacity() / 2;
    for (const Burst burst : {Burst{.us = 1000 * kSecond}, Burst{.bytes = 1'000'000}}) {
        const JoinPoint point = station->join(burst);
        EXPECT_TRUE(point.synced);
        EXPECT_GE(point.offset, head - half);
        EXPECT_LT(point.offset, head - half + 2 * kStep);
    }
}

TEST(StationJoin, NobodyJoinsInBytesOfAnotherType) {
    CoreStation station;
    publish_seconds(station, 10);
    station->end_source();
    ASSERT_TRUE(station->begin_source("other/type", true));
    const StreamOffset floor = station->ring().head();
    EXPECT_EQ(station->join({.us = 5 * kSecond}).offset, floor);
    EXPECT_FALSE(station->join({.us = 5 * kSecond}).synced);
    publish_seconds(station, 3);
    EXPECT_EQ(station->join({.us = 5 * kSecond}).offset, floor);
    EXPECT_TRUE(station->join({.us = 5 * kSecond}).synced);
}

TEST(Station, OffsetTimeAndTitleGoOnWhenASourceReconnects) {
    CoreStation station;
    station->set_title("kept", "", 0);
    publish_seconds(station, 10);
    station->end_source();
    ASSERT_TRUE(station->begin_source("application/octet-stream", false));
    publish_seconds(station, 10);
    EXPECT_EQ(station->ring().head(), 20 * kStep);
    EXPECT_EQ(station->media_time(), 20 * kSecond);
    EXPECT_EQ(title_at(*station, 15 * kStep), "kept");
    EXPECT_EQ(station->join({.us = 14 * kSecond}).offset, 6 * kStep);
    EXPECT_EQ(station->frames(), 10U) << "since this source began";
}

TEST(StationSkip, GoesToTheOldestSyncPointThatIsNotAboutToGo) {
    CoreStation station;
    publish_seconds(station, 200);
    const StreamOffset target = station->skip_target();
    const StreamOffset safe = station->ring().low() + station->ring().capacity() / 8;
    EXPECT_GE(target, safe);
    EXPECT_LT(target, safe + 2 * kStep);
    EXPECT_EQ(target % kStep, 0U) << "a sync point";
}

TEST(StationSkip, GoesToTheOldestAlsoWhenTheFormatHasNoTime) {
    CoreStation station;
    for (int i = 0; i < 200; ++i) {
        station.publish_pattern(kStep, 0);
    }
    EXPECT_LT(station->skip_target(), station->ring().head() - station->ring().capacity() / 2);
}

TEST(StationSkip, ASyncPointNearTheLowEndIsBetterThanNone) {
    CoreStation station;
    station.publish_pattern(kStep);
    station.publish_pattern(kStep);
    EXPECT_EQ(station->skip_target(), kStep) << "the newest";
    EXPECT_EQ(CoreStation()->skip_target(), kNotJoined) << "where there is none";
}

TEST(StationTitle, BelongsToTheBytesThatFollowIt) {
    CoreStation station;
    publish_seconds(station, 1);
    station->set_title("a", "", 0);
    publish_seconds(station, 1);
    EXPECT_EQ(station->titles().at(kStep - 1).number, 0U);
    EXPECT_EQ(title_at(*station, kStep), "a");
}

TEST(StationTitle, InBandTitlesBeginWhereTheyStood) {
    CoreStation station;
    const std::span<std::byte> span = station->prepare(100);
    ASSERT_EQ(span.size(), 100U);
    station->set_title("in band", "", 60);
    EXPECT_EQ(station->publish(100, kSecond), 100U);
    EXPECT_EQ(station->titles().at(59).number, 0U);
    EXPECT_EQ(title_at(*station, 60), "in band");
}

TEST(StationTitle, WhatDoesNotFitWaitsAndTheNewestOfThoseEnters) {
    CoreStation station;
    for (std::size_t i = 0; i < kTitlesMax; ++i) {
        station->set_title("t" + std::to_string(i), "", 0);
        station.publish_pattern(10);
    }
    const auto& merged = station->record().counters.titles_merged;
    station->set_title("waits", "", 0);
    EXPECT_EQ(merged.load(), 0U);
    station->set_title("newer", "", 0);
    EXPECT_EQ(merged.load(), 1U);
    station.publish_pattern(10);
    EXPECT_EQ(title_at(*station, station->ring().head() - 1), "t31") << "still full";
    publish_seconds(station, 70);  // the window moves past the first ones
    EXPECT_EQ(title_at(*station, station->ring().head() - 1), "newer");
    EXPECT_EQ(merged.load(), 1U);
}

TEST(StationTitle, ATitleThatWaitedInVainIsCountedAlsoIfTheNextOneFits) {
    CoreStation station;
    for (std::size_t i = 0; i < kTitlesMax; ++i) {
        station->set_title("t", "", 0);
        station.publish_pattern(10);
    }
    station->set_title("lost", "", 0);
    while (station->ring().head() < station->ring().capacity()) {
        ASSERT_FALSE(station->ring().prepare(8).empty());
        station->ring().commit(8);  // not publish(), which would enter it
    }
    ASSERT_FALSE(station->prepare(1000).empty());
    station->set_title("fits", "", 0);
    EXPECT_EQ(station->publish(1000, kSecond), 1000U);
    EXPECT_EQ(title_at(*station, station->ring().head() - 1), "fits");
    EXPECT_EQ(station->record().counters.titles_merged.load(), 1U);
}

}  // namespace
}  // namespace ringcast::core

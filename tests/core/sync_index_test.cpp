// SPDX-License-Identifier: Apache-2.0
#include "core/sync_index.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace ringcast::core {
namespace {

/// Points every `spacing` bytes and microseconds; an index over `capacity` bytes.
struct Index {
    std::unique_ptr<SyncRecord> record = std::make_unique<SyncRecord>();
    SyncIndex index;
    explicit Index(std::size_t capacity = 0) : index(*record, capacity) {}
    SyncIndex* operator->() { return &index; }
};

StreamOffset offset_of(const std::optional<SyncPoint>& point) {
    return point ? point->offset : ~StreamOffset{0};
}

TEST(SyncIndex, IsEmptyAtFirst) {
    Index index;
    EXPECT_FALSE(index->oldest(0));
    EXPECT_FALSE(index->newest(0));
    EXPECT_FALSE(index->newest_until(1000, 0));
}

TEST(SyncIndex, FindsTheOldestPointAtOrAboveTheLowEnd) {
    Index index;
    for (const StreamOffset offset : {10U, 20U, 30U}) {
        index->add({offset, offset * 100});
    }
    EXPECT_EQ(offset_of(index->oldest(0)), 10U);
    EXPECT_EQ(offset_of(index->oldest(10)), 10U);
    EXPECT_EQ(offset_of(index->oldest(11)), 20U);
    EXPECT_EQ(offset_of(index->oldest(30)), 30U);
    EXPECT_FALSE(index->oldest(31));
}

TEST(SyncIndex, TheOldestIsTheOldestAlsoWhenNoTimePasses) {
    Index index;
    for (const StreamOffset offset : {10U, 20U, 30U}) {
        index->add({offset, 0});
    }
    EXPECT_EQ(offset_of(index->oldest(0)), 10U);
    EXPECT_EQ(offset_of(index->oldest(15)), 20U);
}

TEST(SyncIndex, TheNewestCountsOnlyAboveTheLowEnd) {
    Index index;
    index->add({10, 0});
    index->add({20, 0});
    EXPECT_EQ(offset_of(index->newest(20)), 20U);
    EXPECT_FALSE(index->newest(21));
}

TEST(SyncIndex, FindsTheNewestPointUntilATimeElseTheOldest) {
    Index index;
    for (const StreamOffset offset : {10U, 20U, 30U}) {
        index->add({offset, offset * 100});
    }
    EXPECT_EQ(offset_of(index->newest_until(2000, 0)), 20U);
    EXPECT_EQ(offset_of(index->newest_until(2999, 0)), 20U);
    EXPECT_EQ(offset_of(index->newest_until(99999, 0)), 30U);
    EXPECT_EQ(offset_of(index->newest_until(0, 0)), 10U) << "all are later: the oldest";
    EXPECT_EQ(offset_of(index->newest_until(1000, 15)), 20U) << "that one is below the low end";
    EXPECT_FALSE(index->newest_until(99999, 31));
}

TEST(SyncIndex, PointsThatAreTooNearAreLeftOut) {
    Index index(kSyncPointsMax * 3 / 4 * 100);  // spacing: 100 bytes
    for (StreamOffset offset = 0; offset < 1000; offset += 40) {
        index->add({offset, offset});
    }
    EXPECT_EQ(offset_of(index->oldest(1)), 120U);
    EXPECT_EQ(offset_of(index->oldest(121)), 240U);
}

TEST(SyncIndex, TheFirstPointAtOrAboveAFloorIsKeptHoweverNearTheLastIs) {
    Index index(kSyncPointsMax * 3 / 4 * 100);
    index->add({10, 0}, 0);
    index->add({50, 0}, 20);
    index->add({60, 0}, 20);
    EXPECT_EQ(offset_of(index->newest(0)), 50U);
}

TEST(SyncIndex, CoversTheWholeWindowHoweverDenseThePointsAre) {
    constexpr std::size_t kCapacity = 1 << 20;
    Index index(kCapacity);
    for (StreamOffset offset = 0; offset < 5 * kCapacity; offset += 104) {
        index->add({offset, offset});
        if (offset > kCapacity && offset % (std::size_t{104} * 512) == 0) {
            const StreamOffset low = offset - kCapacity;
            ASSERT_LE(offset_of(index->oldest(low)), low + 2 * kCapacity / kSyncPointsMax);
        }
    }
}

/// A reader that is slower than the writer sees points that were written together, or none.
TEST(SyncIndex, AReaderNeverSeesHalvesOfTwoPoints) {
    Index index;
    constexpr StreamOffset kPoints = 400'000;
    constexpr StreamOffset kWindow = 800;
    std::atomic<StreamOffset> newest{0};
    std::thread writer([&] {
        for (StreamOffset offset = 1; offset <= kPoints; ++offset) {
            index->add({offset, offset * 3});
            newest.store(offset, std::memory_order_release);
        }
    });
    std::uint64_t found = 0;
    for (StreamOffset seen = 0; seen < kPoints;) {
        seen = newest.load(std::memory_order_acquire);
        const StreamOffset low = seen > kWindow ? seen - kWindow : 0;
        for (const auto& point :
             {index->oldest(low), index->newest(low), index->newest_until(low * 3 + 100, low)}) {
            if (point) {
                ++found;
                ASSERT_EQ(point->time, point->offset * 3);
                ASSERT_GE(point->offset, low);
            }
        }
    }
    writer.join();
    EXPECT_GT(found, 0U);
    EXPECT_EQ(offset_of(index->newest(0)), kPoints);
}

}  // namespace
}  // namespace ringcast::core

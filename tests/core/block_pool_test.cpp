// SPDX-License-Identifier: Apache-2.0
#include "core/block_pool.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <random>
#include <set>

#include "core/block_ring.hpp"
#include "core/listener_record.hpp"
#include "core/source_record.hpp"
#include "core/station_record.hpp"
#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::take;

std::unique_ptr<BlockPool> pool_of(std::uint32_t extents) {
    return take(BlockPool::create({.extents = extents}));
}

std::uint64_t resident_bytes(const BlockPool& pool) {
    struct stat status {};
    EXPECT_EQ(::fstat(pool.fd(), &status), 0);
    return static_cast<std::uint64_t>(status.st_blocks) * 512;
}

TEST(BlockPool, BeginsWithAHeaderThatAnotherProcessCanCheck) {
    const auto pool = take(BlockPool::create({.extents = 3, .stations = 2, .listeners = 1}));
    PoolHeader header{};
    ASSERT_EQ(::pread(pool->fd(), &header, sizeof(header), 0), ssize_t{sizeof(header)});
    EXPECT_EQ(header.magic, PoolHeader::kMagic);
    EXPECT_EQ(header.version, PoolHeader::kVersion);
    EXPECT_EQ(header.header_bytes, sizeof(PoolHeader));
    EXPECT_EQ(header.capacity.extents, 3U);
    EXPECT_EQ(header.layout.end, pool->layout().end);
}

TEST(BlockPool, CannotShrink) {
    const auto pool = pool_of(1);
    EXPECT_NE(::fcntl(pool->fd(), F_GET_SEALS) & F_SEAL_SHRINK, 0);
    EXPECT_NE(::ftruncate(pool->fd(), 4096), 0);
}

TEST(BlockPool, PartsLieBehindEachOtherOnPagesOfTheirOwn) {
    const auto pool = take(BlockPool::create(
        {.extents = 5, .stations = 3, .sources = 7, .listeners = 65, .identity_cells = 1}));
    const PoolLayout& layout = pool->layout();
    EXPECT_EQ(pool->capacity().listeners, 2 * kListenersPerChunk);
    EXPECT_GE(layout.sources, layout.stations + 3 * sizeof(StationRecord));
    EXPECT_GE(layout.listener_chunks, layout.sources + 7 * sizeof(SourceRecord));
    EXPECT_GE(layout.identity_groups, layout.listeners + 128 * sizeof(ListenerRecord));
    EXPECT_EQ(layout.audio % kExtentBytesMin, 0U);
    EXPECT_EQ(layout.end, layout.audio + 5 * kExtentBytesMin);
    for (const std::uint64_t at :
         {layout.extent_owners, layout.stations, layout.sources, layout.listener_chunks,
          layout.listeners, layout.identity_groups, layout.identity_cells}) {
        EXPECT_EQ(at % 4096, 0U);
    }
}

TEST(BlockPool, ManyRecordsCostNothingUntilTheyAreTouched) {
    const auto pool = take(BlockPool::create({.extents = 4096,
                                              .stations = 1000,
                                              .sources = 1000,
                                              .listeners = 1'000'000,
                                              .identity_cells = 4'000'000}));
    EXPECT_LE(resident_bytes(*pool), 64U * 1024);
}

TEST(BlockPool, ExhaustionIsAnErrorValueAndChangesNothing) {
    const auto pool = pool_of(4);
    const ExtentRuns held = take(pool->claim(3, 1));
    const auto refused = pool->claim(2, 2);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::PoolExhausted);
    EXPECT_FALSE(refused.error().message.empty());
    EXPECT_EQ(pool->free_extents(), 1U);
    EXPECT_EQ(take(pool->claim(1, 2)).runs[0].first, 3U);
    EXPECT_EQ(pool->free_extents(), 0U);
    pool->give_back(held);
    EXPECT_EQ(pool->free_extents(), 3U);
}

TEST(BlockPool, TheShortestRunThatHoldsTheWholeRingIsTaken) {
    const auto pool = pool_of(12);
    const ExtentRuns gap3 = take(pool->claim(3, 1));
    (void)take(pool->claim(1, 2));
    const ExtentRuns gap2 = take(pool->claim(2, 1));
    (void)take(pool->claim(1, 2));
    pool->give_back(gap3);
    pool->give_back(gap2);  // free: 0-2, 4-5, 7-11
    const ExtentRuns two = take(pool->claim(2, 3));
    ASSERT_EQ(two.size, 1U);
    EXPECT_EQ(two.runs[0].first, 4U);
    const ExtentRuns four = take(pool->claim(4, 3));
    ASSERT_EQ(four.size, 1U);
    EXPECT_EQ(four.runs[0].first, 7U);
}

TEST(BlockPool, ARingOfPiecesTakesTheLongestOnes) {
    const auto pool = pool_of(10);
    std::array<ExtentRuns, 10> all;
    for (ExtentRuns& one : all) {
        one = take(pool->claim(1, 1));
    }
    for (const std::size_t free : {0U, 2U, 3U, 5U, 6U, 7U, 9U}) {  // runs of 1, 2, 3 and 1
        pool->give_back(all[free]);
    }
    const ExtentRuns runs = take(pool->claim(5, 2));
    ASSERT_EQ(runs.size, 2U);
    EXPECT_EQ(runs.runs[0].first, 5U);
    EXPECT_EQ(runs.runs[1].first, 2U);
    EXPECT_EQ(runs.extents(), 5U);
}

TEST(BlockPool, ARingOfMorePiecesThanMayBeMappedIsRefused) {
    const auto pool = pool_of(2 * kRingRunsMax + 2);
    std::vector<ExtentRuns> all;
    while (pool->free_extents() > 0) {
        all.push_back(take(pool->claim(1, 1)));
    }
    for (std::size_t i = 0; i < all.size(); i += 2) {
        pool->give_back(all[i]);
    }
    const auto refused = pool->claim(kRingRunsMax + 1, 2);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::PoolExhausted);
    EXPECT_EQ(pool->free_extents(), kRingRunsMax + 1);
    EXPECT_EQ(take(pool->claim(kRingRunsMax, 2)).size, kRingRunsMax);
}

TEST(BlockPool, GivingBackReturnsTheMemoryAndTheBytesAreZero) {
    const auto pool = take(BlockPool::create({.extents = 16, .stations = 1}));
    const std::uint64_t before = resident_bytes(*pool);
    const ExtentRuns runs = take(pool->claim(16, 1));
    EXPECT_LE(resident_bytes(*pool), before + 4096) << "a claim only marks the owners";
    RingRecord& record = pool->stations()[0].ring;
    const std::uint64_t with_record = resident_bytes(*pool);
    {
        BlockRing::reset(record);
        BlockRing ring = take(BlockRing::map(*pool, runs, record));
        ASSERT_TRUE(ring.populate());
        EXPECT_GE(resident_bytes(*pool), with_record + 16 * kExtentBytesMin);
        std::ranges::fill(ring.prepare(100), std::byte{7});
    }
    pool->give_back(runs);
    EXPECT_LT(resident_bytes(*pool), with_record + std::size_t{16} * 4096);
    std::byte first{1};
    ASSERT_EQ(::pread(pool->fd(), &first, 1, static_cast<off_t>(pool->layout().audio)), 1);
    EXPECT_EQ(first, std::byte{0});
}

TEST(BlockPoolDeathTest, AnExtentIsGivenBackOnce) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    const auto pool = pool_of(1);
    const ExtentRuns runs = take(pool->claim(1, 1));
    pool->give_back(runs);
    EXPECT_DEATH(pool->give_back(runs), "given back once");
}

/// Stations come and go for ever: a naive set of extents says what must be free and whose.
TEST(BlockPool, NeverHandsOutAnExtentTwiceNorLosesOne) {
    for (const unsigned seed : {7U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        tests::Random random(seed);
        constexpr std::uint32_t kExtents = 64;
        const auto pool = pool_of(kExtents);
        std::vector<ExtentRuns> held;
        std::set<std::uint32_t> used;
        for (int step = 0; step < 4000; ++step) {
            if (random() % 2 == 0 && !held.empty()) {
                std::swap(held[random() % held.size()], held.back());
                for (const ExtentRun& run : held.back().span()) {
                    for (std::uint32_t i = 0; i < run.count; ++i) {
                        ASSERT_EQ(used.erase(run.first + i), 1U);
                    }
                }
                pool->give_back(held.back());
                held.pop_back();
            } else if (auto runs = pool->claim(1 + random() % 20, 1 + random() % 9)) {
                ASSERT_LE(runs->size, kRingRunsMax);
                for (const ExtentRun& run : runs->span()) {
                    for (std::uint32_t i = 0; i < run.count; ++i) {
                        ASSERT_LT(run.first + i, kExtents);
                        ASSERT_TRUE(used.insert(run.first + i).second);
                    }
                }
                held.push_back(*runs);
            }
            ASSERT_EQ(pool->free_extents(), kExtents - used.size());
        }
    }
}

}  // namespace
}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
#include "core/block_ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/station_record.hpp"
#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::byte_at;
using tests::take;

constexpr std::size_t kCapacity = kExtentBytesMin;

struct Ring {
    std::unique_ptr<BlockPool> pool = take(BlockPool::create({.extents = 4, .stations = 1}));
    RingRecord& record = pool->stations()[0].ring;
    BlockRing ring;

    explicit Ring(std::uint32_t extents = 1) {
        BlockRing::reset(record);
        ring = take(BlockRing::map(*pool, take(pool->claim(extents, 1)), record));
    }
    BlockRing* operator->() { return &ring; }

    /// Writes `size` bytes of the test stream; false if a pinned floor is in the way.
    bool write(std::size_t size) {
        const std::span<std::byte> span = ring.prepare(size);
        for (std::size_t i = 0; i < span.size(); ++i) {
            span[i] = byte_at(ring.head() + i);
        }
        ring.commit(span.size());
        return span.size() == size;
    }
    void fill(StreamOffset until) {
        while (ring.head() < until) {
            ASSERT_TRUE(write(std::min<std::uint64_t>(4096, until - ring.head())));
        }
    }
    /// True when [offset, offset + size) of the ring is the test stream.
    [[nodiscard]] bool holds(StreamOffset offset, std::size_t size) const {
        while (size > 0) {
            const std::span<const std::byte> part = ring.read(offset, size);
            for (const std::byte byte : part) {
                if (byte != byte_at(offset++)) {
                    return false;
                }
            }
            size -= part.size();
        }
        return true;
    }
};

TEST(BlockRing, AFreshRingIsEmptyAndNobodyIsPinned) {
    Ring ring;
    EXPECT_EQ(ring->head(), 0U);
    EXPECT_EQ(ring->low(), 0U);
    EXPECT_EQ(ring->capacity(), kCapacity);
    for (const WorkerLine& line : ring.record.workers) {
        EXPECT_EQ(line.floor.load(), BlockRing::kUnpinned);
    }
}

TEST(BlockRing, PreparedBytesAreInvisibleUntilTheyAreCommitted) {
    Ring ring;
    ASSERT_EQ(ring->prepare(100).size(), 100U);
    EXPECT_EQ(ring->head(), 0U);
    ring->commit(60);
    EXPECT_EQ(ring->head(), 60U);
    ring->commit(40);
    EXPECT_EQ(ring->head(), 100U);
}

TEST(BlockRing, WhatWasNotCommittedStillStandsInTheNextPrepare) {
    Ring ring;
    std::ranges::fill(ring->prepare(10), std::byte{9});
    ring->commit(4);
    const std::span<std::byte> again = ring->prepare(20);
    EXPECT_TRUE(std::ranges::all_of(again.first(6), [](std::byte b) { return b == std::byte{9}; }));
    EXPECT_EQ(ring->prepared(20).data(), again.data());
}

TEST(BlockRing, ASpanAcrossTheWrapIsOnePieceForTheWriter) {
    Ring ring;
    ring.fill(kCapacity - 10);
    std::span<std::byte> span = ring->prepare(30);
    ASSERT_EQ(span.size(), 30U);
    std::ranges::fill(span, std::byte{5});
    EXPECT_EQ(ring->prepared(30).size(), 30U);
    EXPECT_EQ(ring->prepared(30)[29], std::byte{5});
    ring->commit(30);
    EXPECT_EQ(ring->read(kCapacity, 20)[19], std::byte{5}) << "the mirror shows the same bytes";
}

TEST(BlockRing, ReadersSeeEveryByteOfTheWindowAtAnyPosition) {
    Ring ring(3);
    ring.fill(10 * kCapacity + 4711);
    const StreamOffset low = ring->low();
    EXPECT_EQ(ring->head() - low, 3 * kCapacity) << "all but the reservation, which is used up";
    EXPECT_TRUE(ring.holds(low, 3 * kCapacity));
}

TEST(BlockRing, TheLowEndIsAnnouncedForTheWholeReservationAndStays) {
    Ring ring;
    ring.fill(kCapacity);
    EXPECT_EQ(ring->low(), 0U);
    ASSERT_EQ(ring->prepare(1000).size(), 1000U);
    EXPECT_EQ(ring->low(), 1000U);
    ring->commit(1);
    EXPECT_EQ(ring->low(), 1000U);
    ASSERT_EQ(ring->prepare(500).size(), 500U);
    EXPECT_EQ(ring->low(), 1000U) << "a window never grows downwards again";
}

TEST(BlockRing, AWriterThatMeetsAPinnedFloorWithdrawsAndGetsThroughAfterIt) {
    Ring ring;
    ring.fill(kCapacity);
    EXPECT_EQ(ring->pin(3, 500), 0U);
    EXPECT_EQ(ring->prepare(500).size(), 500U) << "up to the floor, not past it";
    EXPECT_TRUE(ring->prepare(501).empty());
    EXPECT_EQ(ring->low(), 500U) << "the announcement is withdrawn";
    EXPECT_EQ(ring->confirmed_low(), 500U);
    EXPECT_TRUE(ring.holds(500, kCapacity - 500));
    ring->unpin(3);
    EXPECT_EQ(ring->prepare(501).size(), 501U);
}

TEST(BlockRing, AReaderThatComesTooLateLearnsTheLowEnd) {
    Ring ring;
    ring.fill(kCapacity);
    ASSERT_FALSE(ring->prepare(2000).empty());
    EXPECT_EQ(ring->pin(0, 1999), 2000U);
    EXPECT_EQ(ring->pin(0, 2000), 2000U);
}

TEST(BlockRing, EveryWorkersFloorCounts) {
    Ring ring;
    ring.fill(kCapacity);
    for (std::size_t worker = 0; worker < kWorkersMax; ++worker) {
        (void)ring->pin(worker, 10);
        EXPECT_TRUE(ring->prepare(11).empty());
        ring->unpin(worker);
    }
    EXPECT_FALSE(ring->prepare(11).empty());
}

TEST(BlockRing, OffsetsGoOnWhenTheRingIsMappedAgain) {
    Ring ring;
    ring.fill(3 * kCapacity + 100);
    ASSERT_FALSE(ring->prepare(1000).empty());
    const StreamOffset head = ring->head();
    const StreamOffset low = ring->low();
    ExtentRuns runs{.size = 1, .runs = {ExtentRun{0, 1}}};
    ring.ring = BlockRing();
    ring.ring = take(BlockRing::map(*ring.pool, runs, ring.record));
    EXPECT_EQ(ring->head(), head);
    EXPECT_EQ(ring->confirmed_low(), low);
    EXPECT_TRUE(ring.holds(low, head - low));
}

TEST(BlockRing, ARingOfScatteredExtentsIsContiguousAllTheSame) {
    const auto pool = take(BlockPool::create({.extents = 8, .stations = 1}));
    RingRecord& record = pool->stations()[0].ring;
    BlockRing::reset(record);
    const ExtentRuns runs{.size = 3, .runs = {ExtentRun{6, 2}, ExtentRun{0, 1}, ExtentRun{3, 1}}};
    BlockRing ring = take(BlockRing::map(*pool, runs, record));
    for (std::size_t at = 0; at < 8 * kCapacity; at += kCapacity / 2) {
        std::ranges::fill(ring.prepare(kCapacity / 2), static_cast<std::byte>(at / kCapacity));
        ring.commit(kCapacity / 2);
    }
    for (StreamOffset extent = 4; extent < 8; ++extent) {
        EXPECT_EQ(ring.read(extent * kCapacity, 1)[0], static_cast<std::byte>(extent));
        EXPECT_EQ(ring.read(extent * kCapacity + kCapacity - 1, 1)[0],
                  static_cast<std::byte>(extent));
    }
}

TEST(BlockRingDeathTest, AWriterThatBreaksItsContractIsStopped) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    Ring ring;
    EXPECT_DEATH((void)ring->prepare(ring->reserve_max() + 1), "at most its reserve");
    ASSERT_FALSE(ring->prepare(10).empty());
    EXPECT_DEATH(ring->commit(11), "only what it prepared");
    EXPECT_DEATH((void)ring->prepared(11), "no more than it prepared");
}

/// A naive model keeps head, low end and floors; content is known from the position. Every step of
/// writer and readers is compared with it, the invariants are checked after each.
class RingModel {
  public:
    explicit RingModel(unsigned seed) : random_(seed) { floors_.fill(BlockRing::kUnpinned); }

    void step() {
        const std::size_t worker = random_() % floors_.size();
        switch (random_() % 8) {
            case 0:
            case 1:
            case 2:
                prepare();
                break;
            case 3:
                commit();
                break;
            case 4:
            case 5:
                pin(worker);
                break;
            case 6:
                read(worker);
                break;
            case 7:
                ring_->unpin(worker);
                floors_[worker] = BlockRing::kUnpinned;
                break;
        }
        ring_->check_invariants();
        ASSERT_EQ(ring_->head(), head_);
        ASSERT_EQ(ring_->low(), low_);
    }
    [[nodiscard]] std::size_t refusals() const { return refusals_; }
    [[nodiscard]] std::size_t moved_up() const { return moved_up_; }
    [[nodiscard]] StreamOffset head() const { return head_; }

  private:
    void prepare() {
        const std::size_t size =
            random_() % 6 == 0 ? random_() % (ring_->reserve_max() + 1) : random_() % 600;
        const StreamOffset end = head_ + size;
        const StreamOffset low = std::max(low_, end > kCapacity ? end - kCapacity : 0);
        const bool in_the_way = low > low_ && *std::ranges::min_element(floors_) < low;
        const std::span<std::byte> span = ring_->prepare(size);
        ASSERT_EQ(span.size(), in_the_way ? 0 : size);
        if (in_the_way) {
            ++refusals_;
            return;
        }
        low_ = low;
        prepared_ = size;
        for (std::size_t i = 0; i < size; ++i) {
            span[i] = byte_at(head_ + i);
        }
    }
    void commit() {
        const std::size_t size = random_() % (prepared_ + 1);
        ring_->commit(size);
        prepared_ -= size;
        head_ += size;
    }
    void pin(std::size_t worker) {
        // Mostly near the low end, where it matters; sometimes below it.
        const StreamOffset back = random_() % 2000;
        StreamOffset offset = std::min(low_ + random_() % 4000, head_);
        offset = offset > back ? offset - back : 0;
        floors_[worker] = offset;
        ASSERT_EQ(ring_->pin(worker, offset), low_);
        if (low_ > offset) {
            ++moved_up_;
            floors_[worker] = low_;
            ASSERT_EQ(ring_->pin(worker, low_), low_);
        }
    }
    void read(std::size_t worker) {
        const StreamOffset offset = floors_[worker];
        if (offset < head_) {
            ASSERT_GE(offset, low_);
            const std::size_t size = std::min<std::uint64_t>(head_ - offset, random_() % 300);
            ASSERT_TRUE(ring_.holds(offset, size));
        }
    }

    tests::Random random_;
    Ring ring_;
    StreamOffset head_ = 0;
    StreamOffset low_ = 0;
    std::size_t prepared_ = 0;
    std::array<StreamOffset, 3> floors_{};
    std::size_t refusals_ = 0;
    std::size_t moved_up_ = 0;
};

TEST(BlockRing, DoesWhatANaiveModelSaysOverAMillionSteps) {
    for (const unsigned seed : {3U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RingModel model(seed);
        constexpr std::uint32_t kSteps = tests::model_steps(1'000'000);
        for (std::uint32_t step = 0; step < kSteps && !testing::Test::HasFatalFailure(); ++step) {
            model.step();
        }
        EXPECT_GT(model.refusals(), kSteps / 1000);
        EXPECT_GT(model.moved_up(), kSteps / 10'000);
        EXPECT_GT(model.head(), kSteps);
    }
}

}  // namespace
}  // namespace ringcast::core

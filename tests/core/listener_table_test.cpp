// SPDX-License-Identifier: Apache-2.0
#include "core/listener_table.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>
#include <set>
#include <thread>
#include <vector>

#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::take;

constexpr auto kPerChunk = static_cast<std::uint32_t>(kListenersPerChunk);

struct Table {
    std::unique_ptr<BlockPool> pool;
    ListenerTable table;
    explicit Table(std::uint32_t listeners)
        : pool(take(BlockPool::create({.listeners = listeners}))), table(*pool) {}

    [[nodiscard]] std::int64_t blocks() const {
        struct stat status {};
        EXPECT_EQ(::fstat(pool->fd(), &status), 0);
        return status.st_blocks;
    }
};

TEST(ListenerRecord, TheCursorChangesByOneStoreAndTheOldOneStaysUntilThen) {
    ListenerRecord record{};
    record.set_cursor({.offset = 1});
    const std::uint32_t slot = record.current.load();
    EXPECT_EQ(record.cursor().offset, 1U);
    record.slots[slot ^ 1U] = CursorState{.offset = 2};  // what a crash in between leaves
    EXPECT_EQ(record.cursor().offset, 1U);
    record.set_cursor({.offset = 3});
    EXPECT_EQ(record.cursor().offset, 3U);
    EXPECT_EQ(record.current.load(), slot ^ 1U);
    EXPECT_EQ(record.slots[slot].offset, 1U);
}

TEST(ListenerPart, ARecordIsClaimedFreeAndClean) {
    Table table(64);
    ListenerPart part(table.table, 0);
    const std::uint32_t first = part.claim();
    ListenerRecord& record = part[first];
    EXPECT_EQ(record.state.load(), RecordState::Free);
    EXPECT_EQ(record.identity, kNone);
    record.state.store(RecordState::Live);
    record.facts.id = 99;
    record.set_cursor({.offset = 77, .sent = 1});
    record.acknowledged = 1;
    record.generation = 3;
    const std::uint32_t keeps_the_chunk = part.claim();
    part.release(first);
    EXPECT_EQ(part.claim(), first);
    EXPECT_EQ(record.state.load(), RecordState::Free);
    EXPECT_EQ(record.facts.id, 0U);
    EXPECT_EQ(record.cursor().offset, 0U);
    EXPECT_EQ(record.acknowledged, 0U);
    EXPECT_EQ(record.generation, 0U);
    part.release(first);
    part.release(keeps_the_chunk);
}

TEST(ListenerPart, WorkersClaimChunksOfTheirOwn) {
    Table table(4 * kPerChunk);
    ListenerPart a(table.table, 0);
    ListenerPart b(table.table, 1);
    const std::uint32_t of_a = a.claim();
    const std::uint32_t of_b = b.claim();
    EXPECT_NE(of_a / kPerChunk, of_b / kPerChunk);
    EXPECT_EQ(table.table.chunks()[of_a / kPerChunk].owner.load(), 1U);
    EXPECT_EQ(table.table.chunks()[of_b / kPerChunk].owner.load(), 2U);
    a.release(of_a);
    EXPECT_EQ(table.table.chunks()[of_a / kPerChunk].owner.load(), 0U) << "empty: given back";
    const std::uint32_t again = b.claim();
    EXPECT_EQ(again / kPerChunk, of_b / kPerChunk) << "its own chunk has room";
    b.release(of_b);
    b.release(again);
}

TEST(ListenerPart, AFullTableIsAnAnswer) {
    Table table(2 * kPerChunk);
    ListenerPart part(table.table, 0);
    ListenerPart other(table.table, 1);
    std::vector<std::uint32_t> held(std::size_t{2} * kPerChunk);
    for (std::uint32_t& index : held) {
        index = part.claim();
        ASSERT_NE(index, kNone);
    }
    EXPECT_EQ(part.claim(), kNone);
    EXPECT_EQ(other.claim(), kNone);
    EXPECT_EQ(part.size(), 2 * kPerChunk);
    for (const std::uint32_t index : held) {
        part.release(index);
    }
    EXPECT_EQ(part.size(), 0U);
    const std::uint32_t now = other.claim();
    EXPECT_EQ(now, 0U);
    other.release(now);
}

TEST(ListenerPart, MemoryGoesBackWithTheLastRecordOfAChunk) {
    Table table(64 * kPerChunk);
    ListenerPart part(table.table, 0);
    const std::uint32_t keeps = part.claim();
    part[keeps].facts.id = 1;
    const std::int64_t before = table.blocks();
    std::vector<std::uint32_t> held;
    while (part.size() < 64 * kPerChunk) {
        held.push_back(part.claim());
        part[held.back()].facts.id = 1;
    }
    EXPECT_GT(table.blocks(), before + std::int64_t{60} * 24);
    for (const std::uint32_t index : held) {
        part.release(index);
    }
    EXPECT_LE(table.blocks(), before + 16) << "the first chunk, whole, and the chunks' own page";
    part.release(keeps);
}

TEST(ListenerPart, AVisitSeesEveryRecordOnceHoweverItIsCut) {
    Table table(10 * kPerChunk);
    ListenerPart part(table.table, 0);
    std::set<std::uint32_t> in_use;
    for (std::uint32_t i = 0; i < 5 * kPerChunk; ++i) {
        in_use.insert(part.claim());
    }
    for (std::uint32_t index = 0; index < 5 * kPerChunk; index += 3) {
        part.release(index);
        in_use.erase(index);
    }
    for (const std::size_t count : {1U, 64U, 65U, 100000U}) {
        std::multiset<std::uint32_t> seen;
        std::size_t at = 0;
        do {
            at = part.visit(at, count, [&](std::uint32_t index) { seen.insert(index); });
        } while (at != 0);
        EXPECT_EQ(std::set(seen.begin(), seen.end()), in_use);
        EXPECT_EQ(seen.size(), in_use.size());
    }
    for (const std::uint32_t index : in_use) {
        part.release(index);
    }
}

TEST(ListenerPartDeathTest, ARecordIsReleasedOnce) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    Table table(64);
    ListenerPart part(table.table, 0);
    const std::uint32_t index = part.claim();
    part.release(index);
    EXPECT_DEATH(part.release(index), "released once");
}

/// Each worker marks its records; nobody may find another's mark.
void churn(ListenerTable& table, std::uint32_t worker, unsigned seed) {
    tests::Random random(seed + worker);
    ListenerPart part(table, worker);
    std::vector<std::uint32_t> held;
    for (int step = 0; step < 20000; ++step) {
        const bool grows = step / 1000 % 2 == 0;
        if (random() % 4 != 0 ? grows : !grows) {
            if (const std::uint32_t index = part.claim(); index != kNone) {
                ASSERT_EQ(part[index].facts.id, 0U);
                part[index].facts.id = worker + 1;
                held.push_back(index);
            }
        } else if (!held.empty()) {
            std::swap(held[random() % held.size()], held.back());
            ASSERT_EQ(part[held.back()].facts.id, worker + 1);
            part.release(held.back());
            held.pop_back();
        }
        ASSERT_EQ(part.size(), held.size());
    }
    for (const std::uint32_t index : held) {
        part.release(index);
    }
}

TEST(ListenerTable, SeveralWorkersShareItWithoutMeeting) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    Table table(20 * kPerChunk);
    std::vector<std::thread> workers;
    for (std::uint32_t worker = 0; worker < 3; ++worker) {
        workers.emplace_back([&table, worker, seed] { churn(table.table, worker, seed); });
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    for (const ListenerChunk& chunk : table.table.chunks()) {
        EXPECT_EQ(chunk.owner.load(), 0U);
        EXPECT_EQ(chunk.used, 0U);
    }
}

}  // namespace
}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
#include "core/identity_store.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>
#include <vector>

#include "core/listener_record.hpp"
#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::take;

struct Store {
    std::unique_ptr<BlockPool> pool;
    IdentityStore store;
    explicit Store(std::uint32_t cells)
        : pool(take(BlockPool::create({.identity_cells = cells}))), store(*pool) {}
    IdentityStore* operator->() { return &store; }

    [[nodiscard]] std::int64_t blocks() const {
        struct stat status {};
        EXPECT_EQ(::fstat(pool->fd(), &status), 0);
        return status.st_blocks;
    }
};

void expect_same(const Identity& a, const Identity& b) {
    EXPECT_EQ(a.target, b.target);
    EXPECT_EQ(a.agent, b.agent);
    EXPECT_EQ(a.referer, b.referer);
    EXPECT_EQ(a.user, b.user);
}

/// The four texts need `cells` cells exactly.
Identity identity_of_cells(std::size_t cells, char letter = 'a') {
    Identity identity;
    std::size_t left = cells * IdentityCell::kTextBytes - 4;
    for (std::string* text :
         {&identity.target, &identity.agent, &identity.referer, &identity.user}) {
        text->assign(std::min(left, kIdentityTextBytesMax), letter);
        left -= text->size();
    }
    return identity;
}

TEST(IdentityStore, GivesBackWhatItWasGiven) {
    Store store(64);
    const Identity full{"GET /live HTTP/1.1", "VLC/3.0", "http://r/", "joe"};
    const Identity agent_only{.target = {}, .agent = "x", .referer = {}, .user = {}};
    const std::uint32_t a = store->store(full);
    const std::uint32_t b = store->store(agent_only);
    const std::uint32_t c = store->store({});
    expect_same(store->load(a), full);
    expect_same(store->load(b), agent_only);
    expect_same(store->load(c), {});
}

TEST(IdentityStore, EachTextIsCutAt255Bytes) {
    Store store(64);
    const Identity longer{std::string(300, 'a'), std::string(255, 'b'), std::string(256, 'c'),
                          std::string(9999, 'd')};
    const Identity cut{std::string(255, 'a'), std::string(255, 'b'), std::string(255, 'c'),
                       std::string(255, 'd')};
    expect_same(store->load(store->store(longer)), cut);
    EXPECT_EQ(store->cut(), 0U) << "only a full area counts";
}

TEST(IdentityStore, UsesNoMoreCellsThanTheTextsNeed) {
    Store store(64);
    for (std::size_t cells = 1; cells <= 10; ++cells) {
        const std::uint32_t before = store->cells_used();
        const Identity identity = identity_of_cells(cells);
        expect_same(store->load(store->store(identity)), identity);
        EXPECT_EQ(store->cells_used() - before, cells);
    }
}

TEST(IdentityStore, AFullAreaCutsTheTextsAndCounts) {
    Store store(64);
    const std::uint32_t first = store->store(identity_of_cells(17, 'x'));
    for (int i = 0; i < 3; ++i) {
        (void)store->store(identity_of_cells(15));
    }
    EXPECT_EQ(store->cells_used(), 62U);
    const std::uint32_t cut = store->store(identity_of_cells(3, 'y'));
    EXPECT_EQ(store->cut(), 1U);
    EXPECT_EQ(store->load(cut).target, std::string(119, 'y')) << "two cells without a length byte";
    EXPECT_EQ(store->load(cut).agent, "");
    EXPECT_EQ(store->store({}), kNone);
    EXPECT_EQ(store->cut(), 2U);
    expect_same(store->load(kNone), {});
    store->release(kNone);
    expect_same(store->load(first), identity_of_cells(17, 'x'));
    store->release(first);
    EXPECT_NE(store->store({}), kNone);
}

TEST(IdentityStore, AnEmptyPageGoesBackToTheSystem) {
    Store store(64 * 16);
    std::vector<std::uint32_t> held;
    const std::uint32_t keeps = store->store({});  // touches the page of the bits as well
    const std::int64_t before = store.blocks();
    for (int i = 1; i < 64 * 16; ++i) {
        held.push_back(store->store({}));
    }
    EXPECT_GE(store.blocks(), before + std::int64_t{15} * 8);
    for (const std::uint32_t first : held) {
        store->release(first);
    }
    EXPECT_EQ(store.blocks(), before);
    EXPECT_EQ(store->cells_used(), 1U);
    store->release(keeps);
    EXPECT_EQ(store.blocks(), before - 8);
}

TEST(IdentityStore, TheLowestGroupsAreFilledFirst) {
    Store store(64 * 2);
    std::vector<std::uint32_t> held;
    for (std::uint32_t i = 0; i < 70; ++i) {
        held.push_back(store->store({}));
        EXPECT_EQ(held.back(), i);
    }
    store->release(held[3]);
    EXPECT_EQ(store->store({}), 3U);
}

TEST(IdentityStoreDeathTest, ACellIsFreedOnce) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    Store store(64);
    const std::uint32_t first = store->store({});
    store->release(first);
    EXPECT_DEATH(store->release(first), "freed once");
}

TEST(IdentityStore, KeepsEveryIdentityApartOverManyConnections) {
    for (const unsigned seed : {9U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        tests::Random random(seed);
        Store store(64 * 8);
        std::vector<std::pair<std::uint32_t, Identity>> held;
        for (int step = 0; step < 5000; ++step) {
            if (random() % 2 == 0 && held.size() < 40) {
                const auto letter = static_cast<char>('a' + random() % 26);
                const Identity identity = identity_of_cells(1 + random() % 12, letter);
                held.emplace_back(store->store(identity), identity);
            } else if (!held.empty()) {
                std::swap(held[random() % held.size()], held.back());
                ASSERT_EQ(store->load(held.back().first).target, held.back().second.target);
                expect_same(store->load(held.back().first), held.back().second);
                store->release(held.back().first);
                held.pop_back();
            }
        }
        for (const auto& [first, identity] : held) {
            store->release(first);
        }
        EXPECT_EQ(store->cells_used(), 0U);
        EXPECT_EQ(store->cut(), 0U);
    }
}

}  // namespace
}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/counters.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <memory>
#include <set>
#include <string_view>
#include <thread>
#include <vector>

#include "server/net/close_reason.hpp"
#include "server/runtime/descriptor_limit.hpp"

namespace ringcast::server::runtime {
namespace {

TEST(Counters, SumsAreOfAllWorkers) {
    Counters first;
    Counters second;
    first.add(Counter::BytesSent, 100);
    second.add(Counter::BytesSent, 23);
    second.add(Counter::Sends);
    const std::vector<const Counters*> all = {&first, &second};
    EXPECT_EQ(sum(all, Counter::BytesSent), 123U);
    EXPECT_EQ(sum(all, Counter::Sends), 1U);
    EXPECT_EQ(sum(all, Counter::Skips), 0U);
}

TEST(Counters, GaugeMayBeTakenDownByAnotherWorker) {
    Counters first;
    Counters second;
    first.add(Counter::Listeners, 3);
    second.subtract(Counter::Listeners, 2);
    const std::vector<const Counters*> all = {&first, &second};
    EXPECT_EQ(sum(all, Counter::Listeners), 1U);
    EXPECT_EQ(sum(std::vector<const Counters*>{&second}, Counter::Listeners), 0U);
}

TEST(Counters, AreReadWhileTheirOwnerWrites) {
    Counters counters;
    std::thread owner([&counters] {
        for (int i = 0; i < 100'000; ++i) {
            counters.add(Counter::Sends);
        }
    });
    std::uint64_t last = 0;
    while (last < 100'000) {
        const std::uint64_t now = counters.value(Counter::Sends);
        ASSERT_GE(now, last);
        last = now;
    }
    owner.join();
}

TEST(Counters, ShareNoCacheLine) {
    EXPECT_EQ(alignof(Counters), 64U);
    EXPECT_EQ(sizeof(Counters) % 64, 0U);
}

TEST(Counters, NamesAreUniqueAndPlain) {
    std::set<std::string_view> names;
    for (const CounterRow& row : kCounters) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
                  std::string_view::npos);
        EXPECT_FALSE(row.help.empty());
    }
}

TEST(CloseReason, NamesAreUniqueAndPlainAndEachIsCounted) {
    net::CloseCounters counters;
    std::set<std::string_view> names;
    for (const net::CloseReasonRow& row : net::kCloseReasons) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_EQ(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"),
                  std::string_view::npos);
        EXPECT_FALSE(row.text.empty());
        EXPECT_EQ(&net::describe(row.reason), &row);
        counters.add(row.reason);
        EXPECT_EQ(counters.value(row.reason), 1U);
    }
}

TEST(DescriptorLimit, SoftLimitIsRaisedToTheHardOne) {
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    rlimit low = before;
    low.rlim_cur = 64;
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
    const auto raised = raise_descriptor_limit();
    ASSERT_TRUE(raised.has_value());
    EXPECT_EQ(*raised, before.rlim_max);
    rlimit after{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &after), 0);
    EXPECT_EQ(after.rlim_cur, before.rlim_max);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

}  // namespace
}  // namespace ringcast::server::runtime

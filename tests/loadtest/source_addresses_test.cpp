// SPDX-License-Identifier: Apache-2.0
#include "loadtest/source_addresses.hpp"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace ringcast::loadtest {
namespace {

constexpr std::size_t kPorts = 28'232;

FleetOptions fleet(std::size_t listeners, const std::vector<std::string>& urls) {
    FleetOptions options;
    options.listeners = listeners;
    for (const std::string& url : urls) {
        options.targets.push_back(parse_url(url, {}).value().front());
    }
    return options;
}

std::string text(const Address& address) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof(v4));
    return ::inet_ntoa(v4.sin_addr);
}

/// Of a run with this fleet alone.
core::Result<std::vector<Address>> source_addresses(FleetOptions only, std::size_t ports) {
    if (const auto error = deal_source_addresses(std::span(&only, 1), ports)) {
        return *error;
    }
    return only.from;
}

TEST(SourceAddresses, AreTheSystemsWhileOneIsEnough) {
    const auto from = source_addresses(fleet(25'000, {"http://127.0.0.1:8000/live"}), kPorts);
    ASSERT_TRUE(from);
    EXPECT_TRUE(from->empty());
    EXPECT_TRUE(source_addresses(fleet(kPorts, {"http://192.0.2.1/live"}), kPorts)->empty());
}

TEST(SourceAddresses, OfLoopbackGetAtMostTwentyFiveThousandEach) {
    const auto from = source_addresses(fleet(50'001, {"http://127.0.0.1:8000/live"}), kPorts);
    ASSERT_TRUE(from);
    ASSERT_EQ(from->size(), 3U);
    EXPECT_EQ(text(from->front()), "127.0.0.1");
    EXPECT_EQ(text(from->back()), "127.0.0.3");
    EXPECT_EQ(from->front().storage.ss_family, AF_INET);
}

TEST(SourceAddresses, OfLoopbackAreMoreWhereTheSystemHasFewPorts) {
    const auto from = source_addresses(fleet(5'000, {"http://127.0.0.1:8000/live"}), 1'000);
    ASSERT_TRUE(from);
    EXPECT_EQ(from->size(), 6U);
}

TEST(SourceAddresses, ThatWereGivenAreKept) {
    auto options = fleet(50'000, {"http://127.0.0.1:8000/live"});
    options.from = {resolve("127.0.0.9", 0).value(), resolve("127.0.0.8", 0).value()};
    const auto from = source_addresses(options, kPorts);
    ASSERT_TRUE(from);
    ASSERT_EQ(from->size(), 2U);
    EXPECT_EQ(text(from->front()), "127.0.0.9");
}

TEST(SourceAddresses, ThatHaveTooFewPortsAreAnError) {
    const auto v6 = source_addresses(fleet(kPorts + 1, {"http://[::1]:8000/live"}), kPorts);
    ASSERT_FALSE(v6);
    EXPECT_THAT(v6.error().message, testing::HasSubstr("28233 connections"));
    EXPECT_THAT(v6.error().message, testing::HasSubstr("::1 is the only one"));
    EXPECT_FALSE(source_addresses(fleet(kPorts + 1, {"http://192.0.2.1/live"}), kPorts));
    auto given = fleet(2 * kPorts + 1, {"http://127.0.0.1:8000/live"});
    given.from = {resolve("127.0.0.9", 0).value(), resolve("127.0.0.8", 0).value()};
    EXPECT_FALSE(source_addresses(given, kPorts));
}

TEST(SourceAddresses, AreEachOfOneFleetOnly) {
    const std::vector<std::string> urls{"http://127.0.0.1:8000/live"};
    std::vector fleets{fleet(20'000, urls), fleet(1, {"http://192.0.2.1/live"}),
                       fleet(30'000, urls), fleet(5, urls)};
    ASSERT_FALSE(deal_source_addresses(fleets, kPorts));
    ASSERT_EQ(fleets[0].from.size(), 1U);
    EXPECT_EQ(text(fleets[0].from[0]), "127.0.0.1");
    EXPECT_TRUE(fleets[1].from.empty());
    ASSERT_EQ(fleets[2].from.size(), 2U);
    EXPECT_EQ(text(fleets[2].from[0]), "127.0.0.2");
    ASSERT_EQ(fleets[3].from.size(), 1U);
    EXPECT_EQ(text(fleets[3].from[0]), "127.0.0.4");
}

TEST(SourceAddresses, AreTheSystemsForFleetsThatAreFewTogether) {
    const std::vector<std::string> urls{"http://127.0.0.1:8000/live"};
    std::vector fleets{fleet(12'000, urls), fleet(13'000, urls)};
    ASSERT_FALSE(deal_source_addresses(fleets, kPorts));
    EXPECT_TRUE(fleets[0].from.empty());
    EXPECT_TRUE(fleets[1].from.empty());
}

TEST(SourceAddresses, ThatFleetsShareMustHavePortsForAll) {
    const std::vector<std::string> urls{"http://192.0.2.1/live"};
    std::vector fleets{fleet(kPorts, urls), fleet(1, urls)};
    EXPECT_TRUE(deal_source_addresses(fleets, kPorts));
    fleets[1].targets = fleet(1, {"http://192.0.2.2/live"}).targets;
    EXPECT_FALSE(deal_source_addresses(fleets, kPorts));
}

TEST(SourceAddresses, AreEnoughForThoseWhoLeave) {
    auto churning = fleet(20'000, {"http://127.0.0.1:8000/live"});
    churning.churn_per_s = 1'000;
    EXPECT_EQ(source_addresses(churning, kPorts)->size(), 2U);
    churning.targets = fleet(1, {"http://192.0.2.1/live"}).targets;
    EXPECT_FALSE(source_addresses(churning, kPorts));
}

TEST(SourceAddresses, HaveAllPortsForEachServer) {
    EXPECT_TRUE(source_addresses(
        fleet(2 * kPorts, {"http://[::1]:8000/live", "http://[::1]:8001/live"}), kPorts));
}

}  // namespace
}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/endpoint.hpp"

#include <gtest/gtest.h>

namespace ringcast::loadtest {
namespace {

TEST(Url, NamesHostPortAndPath) {
    const auto targets = parse_url("http://127.0.0.1:8000/live?x=1", {});
    ASSERT_TRUE(targets);
    ASSERT_EQ(targets->size(), 1U);
    EXPECT_EQ(targets->front().host, "127.0.0.1:8000");
    EXPECT_EQ(targets->front().path, "/live?x=1");
    EXPECT_FALSE(targets->front().station) << "any station may be there";
}

TEST(Url, MayBeAnIpv6AddressOrLackPortAndPath) {
    const auto v6 = parse_url("http://[::1]:8000/live", {});
    ASSERT_TRUE(v6);
    EXPECT_EQ(v6->front().host, "[::1]:8000");
    EXPECT_EQ(v6->front().address.storage.ss_family, AF_INET6);
    const auto bare = parse_url("http://[::1]", {});
    ASSERT_TRUE(bare);
    EXPECT_EQ(bare->front().host, "[::1]:80");
    EXPECT_EQ(bare->front().path, "/");
}

TEST(Url, WithAPlaceForTheNumberNamesEachStation) {
    const auto targets = parse_url("http://127.0.0.1:80/m{}.mp3", {.first = 5, .count = 3});
    ASSERT_TRUE(targets);
    ASSERT_EQ(targets->size(), 3U);
    EXPECT_EQ(targets->back().path, "/m7.mp3");
    EXPECT_EQ(targets->back().station, 7U);
}

TEST(Url, MayAskForTls) {
    const auto targets = parse_url("https://127.0.0.1/m{}", {.first = 1, .count = 2});
    ASSERT_TRUE(targets);
    EXPECT_EQ(targets->back().host, "127.0.0.1:443");
    EXPECT_EQ(targets->back().tls_host, "127.0.0.1");
    EXPECT_FALSE(parse_url("http://127.0.0.1/", {}).value().front().tls_host);
}

TEST(Url, ThatIsNoneIsRefused) {
    for (const char* url : {"", "http://", "http:///x", "https:///x", "127.0.0.1:8000",
                            "http://127.0.0.1:/x", "http://127.0.0.1:99999/", "http://h:1x/"}) {
        EXPECT_FALSE(parse_url(url, {})) << url;
    }
}

}  // namespace
}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "server/app/gate.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "tests/support/server_rig.hpp"

namespace ringcast::server::app {
namespace {

using ingest::Access;

// "hackme" by MD5, which is fast.
constexpr const char* kHash = "$1$ringcast$heHKUXge7bWGH1K70jPrW0";

class GateTest : public testing::Test {
  protected:
    Access may_write(const stations::StationEntry* entry, const std::string& user,
                     const std::string& password) {
        const http::Credentials credentials{user, password};
        boost::asio::io_context loop;
        Access result = Access::Busy;
        boost::asio::co_spawn(loop, gate_.may_write(entry, credentials),
                              [&](const std::exception_ptr& error, Access access) {
                                  EXPECT_EQ(error, nullptr);
                                  result = access;
                              });
        loop.run();
        return result;
    }

    tests::ServerRig rig_;
    runtime::PasswordVerifier verifier_{{.threads = 1, .waiting_max = 4}};
    Gate gate_{
        {.user = "source", .password = "hackme"}, {.user = "boss", .password = kHash}, verifier_};
};

TEST_F(GateTest, NewMountTakesTheCommonCredentials) {
    EXPECT_EQ(may_write(nullptr, "source", "hackme"), Access::Granted);
    EXPECT_EQ(may_write(nullptr, "source", "wrong"), Access::Denied);
    EXPECT_EQ(may_write(nullptr, "other", "hackme"), Access::Denied);
    EXPECT_EQ(may_write(nullptr, "source", ""), Access::Denied);
}

TEST_F(GateTest, StationsOwnCredentialsReplaceThem) {
    stations::StationSettings settings;
    settings.mount = "/own";
    settings.user = "dj";
    settings.password = kHash;
    const auto entry = rig_.station(settings);
    EXPECT_EQ(may_write(entry.get(), "dj", "hackme"), Access::Granted);
    EXPECT_EQ(may_write(entry.get(), "dj", "wrong"), Access::Denied);
    EXPECT_EQ(may_write(entry.get(), "source", "hackme"), Access::Denied);
}

TEST_F(GateTest, AdminMayWriteEverything) {
    EXPECT_EQ(may_write(nullptr, "boss", "hackme"), Access::Granted);
    EXPECT_EQ(may_write(nullptr, "boss", "wrong"), Access::Denied);
}

TEST(Gate, FullQueueOfHashesIsNoVerdict) {
    runtime::PasswordVerifier full({.threads = 1, .waiting_max = 0});
    Gate gate({.user = "source", .password = "hackme"}, {.user = "boss", .password = kHash}, full);
    boost::asio::io_context loop;
    std::optional<Access> verdict;
    const http::Credentials credentials{"boss", "hackme"};
    boost::asio::co_spawn(loop, gate.is_admin(credentials),
                          [&](const std::exception_ptr&, Access access) { verdict = access; });
    loop.run();
    EXPECT_EQ(verdict, Access::Busy);
}

}  // namespace
}  // namespace ringcast::server::app

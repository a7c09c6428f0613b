// SPDX-License-Identifier: Apache-2.0
// SHOUTcast v1 encoders: a password line, then icy headers, on the HTTP port and on port + 1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/joined.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/media.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;
using testing::HasSubstr;

constexpr const char* kConfig =
    R"({"listen": [{"address": "127.0.0.1", "shoutcast_mount": "/live"}]})";
constexpr const char* kGood = "OK2\r\nicy-caps:11\r\n\r\n";
constexpr const char* kHeaders =
    "icy-name:Old Station\r\nicy-genre:test\r\nicy-pub:0\r\nicy-br:128\r\n"
    "content-type:audio/mpeg\r\n\r\n";

// What `/live` plays is a part of `sent`, under the name of kHeaders.
void expect_on_the_air(const TestServer& server, const std::string& sent) {
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    EXPECT_EQ(server.source().at("server_name"), "Old Station");
    Listener listener = listen(server.port(), "/live");
    EXPECT_TRUE(joined(listener.wire.read_until_quiet(milliseconds{600}), sent, Codec::Mp3, 10000));
}

class ShoutcastPort : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Source, ShoutcastPort, testing::Values(0, 1),
                         [](const auto& tested) { return tested.param == 0 ? "Same" : "Next"; });

TEST_P(ShoutcastPort, PasswordThenHeadersThenAudio) {
    const std::string sent = media(MediaKind::Mp3).bytes.substr(0, 200000);
    TestServer server(kConfig);
    WireClient source(static_cast<std::uint16_t>(server.port() + GetParam()));
    source.send("hackme\r\n");
    EXPECT_EQ(source.read_head(), kGood);
    source.send(kHeaders);
    source.send(sent);
    expect_on_the_air(server, sent);
}

TEST_P(ShoutcastPort, AllAtOnceWithBareLineFeedsAsLibshoutSendsIt) {
    const std::string sent = media(MediaKind::Mp3).bytes.substr(0, 200000);
    TestServer server(kConfig);
    WireClient source(static_cast<std::uint16_t>(server.port() + GetParam()));
    source.send("hackme\nicy-name:Old Station\ncontent-type:audio/mpeg\n\n" + sent);
    EXPECT_EQ(source.read_head(), kGood);
    expect_on_the_air(server, sent);
}

TEST_P(ShoutcastPort, WrongPasswordIsSaidAndClosed) {
    TestServer server(kConfig);
    WireClient source(static_cast<std::uint16_t>(server.port() + GetParam()));
    source.send("wrong\r\n");
    EXPECT_EQ(source.read_to_end(), "invalid password\r\n");
}

TEST_P(ShoutcastPort, StreamIdAndUserVariantsOfThePasswordLineWork) {
    for (const char* line : {"hackme:#1\r\n", "source:hackme\r\n", "/live:hackme\r\n"}) {
        TestServer server(kConfig);
        WireClient source(static_cast<std::uint16_t>(server.port() + GetParam()));
        source.send(line);
        EXPECT_EQ(source.read_head(), kGood) << line;
    }
}

TEST(ShoutcastSource, HttpStillWorksOnBothPorts) {
    TestServer server(kConfig);
    EXPECT_EQ(get(server.port(), "/healthz").status(), 200);
    EXPECT_EQ(get(static_cast<std::uint16_t>(server.port() + 1), "/healthz").status(), 200);
}

TEST(ShoutcastSource, TitleThroughAdminCgiWithoutAMount) {
    TestServer server(kConfig);
    WireClient source(server.port());
    source.send("hackme\r\n");
    EXPECT_EQ(source.read_head(), kGood);
    source.send(kHeaders + media(MediaKind::Mp3).bytes.substr(0, 100000));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    EXPECT_EQ(get(server.port(), "/admin.cgi?pass=hackme&mode=updinfo&song=Old%20Song",
                  {"User-Agent: (Mozilla Compatible)"})
                  .status(),
              200);
    EXPECT_TRUE(eventually([&] { return server.title() == "Old Song"; }));
    EXPECT_EQ(get(server.port(), "/admin.cgi?pass=wrong&mode=updinfo&song=Bad").status(), 401);
    EXPECT_EQ(get(server.port(), "/admin.cgi?mode=updinfo&song=Bad").status(), 400);
    EXPECT_EQ(server.title(), "Old Song");
}

TEST(ShoutcastSource, TakenSecondPortNamesTheKeyThatOpensIt) {
    TestServer taken(kConfig);
    const std::string config = R"({"listen": [{"address": "127.0.0.1", "port": )" +
                               std::to_string(taken.port() + 1) + R"(}],
        "auth": {"source": {"user": "source", "password": "x"},
                 "admin": {"user": "admin", "password": "x"}}, "stations": []})";
    write_file(taken.file("second.json"), config);
    const Finished second =
        run({ringcast_binary(), "serve", "--config", taken.file("second.json").string()}, {},
            seconds{10});
    EXPECT_NE(second.exit_code, 0);
    EXPECT_THAT(second.errors + second.output, HasSubstr("listen[0].port"));
}

}  // namespace
}  // namespace ringcast::tests::e2e

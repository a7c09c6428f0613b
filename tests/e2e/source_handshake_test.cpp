// SPDX-License-Identifier: Apache-2.0
// The shapes in which encoders log in, byte by byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/joined.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/paced_source.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;
using testing::AnyOf;
using testing::StartsWith;

constexpr std::size_t kSent = 200000;

// What `/live` plays is a part of `sent`.
void expect_on_the_air(const TestServer& server, const std::string& sent) {
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener listener = listen(server.port(), "/live");
    EXPECT_EQ(listener.reply.status(), 200);
    EXPECT_TRUE(joined(listener.wire.read_until_quiet(milliseconds{600}), sent, Codec::Mp3, 10000));
}

struct Shape {
    const char* name;
    const char* method;
    const char* version;
    const char* answer;
};

class Login : public testing::TestWithParam<Shape> {};

INSTANTIATE_TEST_SUITE_P(Source, Login,
                         testing::Values(Shape{"Put11", "PUT", "HTTP/1.1", "HTTP/1.1 200 "},
                                         Shape{"Put10", "PUT", "HTTP/1.0", "HTTP/1.0 200 "},
                                         Shape{"Post", "POST", "HTTP/1.1", "HTTP/1.1 200 "},
                                         Shape{"Source11", "SOURCE", "HTTP/1.1", "HTTP/1.1 200 "},
                                         Shape{"Source10", "SOURCE", "HTTP/1.0", "HTTP/1.0 200 "},
                                         Shape{"SourceIce", "SOURCE", "ICE/1.0", "HTTP/1.0 200 "}),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(Login, IsAnsweredAtOnceInItsOwnVersion) {
    const std::string sent = media(MediaKind::Mp3).bytes.substr(0, kSent);
    TestServer server;
    WireClient source(server.port());
    source.send(
        source_head({.method = GetParam().method, .version = GetParam().version}, server.port()));
    const std::string head = source.read_head();
    EXPECT_THAT(head, StartsWith(GetParam().answer));
    EXPECT_EQ(head.find("ransfer-Encoding"), std::string::npos);
    source.send(sent);
    expect_on_the_air(server, sent);
}

TEST(SourceLogin, AudioInThePacketOfTheHeadIsNotLost) {
    const std::string sent = media(MediaKind::Mp3).audio().substr(0, kSent);
    TestServer server;
    WireClient source(server.port());
    source.send(source_head({}, server.port()) + sent);
    EXPECT_THAT(source.read_head(), StartsWith("HTTP/1.1 200 "));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const std::string received =
        listen(server.port(), "/live").wire.read_until_quiet(milliseconds{600});
    EXPECT_TRUE(joined(received, sent, Codec::Mp3, 10000));
    EXPECT_EQ(frame_order(received, {sent}, Codec::Mp3), "A");
}

TEST(SourceLogin, HeadInManySmallPacketsIsUnderstood) {
    const std::string sent = media(MediaKind::Mp3).bytes.substr(0, kSent);
    TestServer server;
    WireClient source(server.port());
    for (const char byte : source_head({.method = "SOURCE"}, server.port())) {
        source.send({&byte, 1});
    }
    EXPECT_THAT(source.read_head(), StartsWith("HTTP/1.1 200 "));
    source.send(sent);
    expect_on_the_air(server, sent);
}

TEST(SourceLogin, HeadWithBareLineFeedsIsUnderstood) {
    const std::string sent = media(MediaKind::Mp3).bytes.substr(0, kSent);
    TestServer server;
    WireClient source(server.port());
    source.send("SOURCE /live HTTP/1.0\n" + basic_auth("source", "hackme") +
                "\ncontent-type:audio/mpeg\n\n" + sent);
    EXPECT_THAT(source.read_head(), StartsWith("HTTP/1.0 200 "));
    expect_on_the_air(server, sent);
}

TEST(SourceLogin, ExpectIsAnsweredWith100NowAnd200AtTheEndOfTheBody) {
    const std::string sent = media(MediaKind::Mp3).bytes.substr(0, kSent);
    TestServer server;
    WireClient source(server.port());
    source.send(source_head(
        {.headers = {"Expect: 100-continue", "Content-Length: " + std::to_string(sent.size())}},
        server.port()));
    EXPECT_THAT(source.read_head(), StartsWith("HTTP/1.1 100 "));
    source.send(sent.substr(0, kSent - 1000));
    expect_on_the_air(server, sent);
    EXPECT_EQ(source.read_until_quiet(milliseconds{200}), "");
    source.send(sent.substr(kSent - 1000));
    EXPECT_THAT(source.read_head(), StartsWith("HTTP/1.1 200 "));
}

TEST(SourceLogin, ChunksInAnySplitAreTakenOut) {
    const std::string sent = media(MediaKind::Mp3).bytes.substr(0, 60000);
    TestServer server;
    WireClient source(server.port());
    source.send(source_head({.headers = {"Transfer-Encoding: chunked"}}, server.port()));
    EXPECT_THAT(source.read_head(), StartsWith("HTTP/1.1 200 "));
    std::string body;
    for (std::size_t at = 0, size = 1; at < sent.size(); at += size, size = size * 3 % 4001 + 1) {
        const std::string chunk = sent.substr(at, size);
        std::ostringstream line;
        line << std::hex << chunk.size() << ";ext=1\r\n";
        body += line.str() + chunk + "\r\n";
    }
    for (std::size_t at = 0; at < body.size(); at += 777) {
        source.send(std::string_view(body).substr(at, 777));
    }
    expect_on_the_air(server, sent);
}

// The order in which libshout 2.4.6 asks, on one connection.
TEST(Libshout, ProbesAndARefusedLoginLeaveTheConnectionOpen) {
    TestServer server;
    WireClient wire(server.port());
    wire.send(head_of({.method = "OPTIONS",
                       .target = "*",
                       .headers = {"Connection: Upgrade", "Upgrade: TLS/1.0, HTTP/1.1"}},
                      server.port()));
    EXPECT_THAT(read_reply(wire).status(), AnyOf(200, 204));
    wire.send(
        head_of({.target = "/admin/!POKE", .headers = {"Connection: Keep-Alive"}}, server.port()));
    EXPECT_THAT(read_reply(wire).status(), AnyOf(400, 401));
    wire.send(
        source_head({.password = "", .headers = {"Content-Length: 0", "Connection: Keep-Alive"}},
                    server.port()));
    const HttpReply refused = read_reply(wire);
    EXPECT_EQ(refused.status(), 401);
    EXPECT_NE(refused.header("Allow").find("PUT"), std::string::npos);
    EXPECT_THAT(refused.header("WWW-Authenticate"), StartsWith("Basic realm="));
    wire.send(source_head({.headers = {"Expect: 100-continue", "Prefer: return=minimal"}},
                          server.port()));
    EXPECT_EQ(read_reply(wire).status(), 100);
    const std::string sent = media(MediaKind::Mp3).bytes.substr(0, kSent);
    wire.send(sent);
    expect_on_the_air(server, sent);
}

}  // namespace
}  // namespace ringcast::tests::e2e

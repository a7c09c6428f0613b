// SPDX-License-Identifier: Apache-2.0
// The right answer for every source that is not let in, and no harm to those who are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/paced_source.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;
using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(RefusedSource, WrongPasswordIs401WithAChallenge) {
    TestServer server;
    for (const char* method : {"PUT", "SOURCE", "POST"}) {
        const HttpReply reply = try_login(server.port(), {.method = method, .password = "wrong"});
        EXPECT_EQ(reply.status(), 401) << reply.head;
        EXPECT_THAT(reply.header("WWW-Authenticate"), StartsWith("Basic realm="));
        EXPECT_THAT(reply.header("Allow"), HasSubstr("PUT"));
        EXPECT_NE(reply.header("Content-Length"), "");
    }
    EXPECT_FALSE(server.on_air());
}

TEST(RefusedSource, WrongUserIs401) {
    TestServer server;
    EXPECT_EQ(try_login(server.port(), {.user = "nobody"}).status(), 401);
}

TEST(RefusedSource, AdminMayGoLive) {
    TestServer server;
    EXPECT_EQ(try_login(server.port(), {.user = "admin"}).status(), 200);
}

TEST(RefusedSource, StationsOwnPasswordReplacesTheCommonOne) {
    TestServer server(R"({"stations": [{"mount": "/live", "user": "dj", "password": "own"}]})");
    EXPECT_EQ(try_login(server.port(), {}).status(), 401);
    EXPECT_EQ(try_login(server.port(), {.user = "dj", .password = "own"}).status(), 200);
}

TEST(RefusedSource, MountInUseIs403AndThePresentSourceGoesOn) {
    TestServer server;
    PacedSource present(server.port(), media(MediaKind::Mp3));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const HttpReply reply = try_login(server.port(), {.version = "HTTP/1.0"});
    EXPECT_THAT(reply.head, StartsWith("HTTP/1.0 403 "));
    const std::size_t sent = present.sent();
    EXPECT_TRUE(eventually([&] { return present.sent() > sent + 50000; }));
}

TEST(RefusedSource, PutWithoutContentTypeIs403) {
    TestServer server;
    EXPECT_EQ(try_login(server.port(), {.content_type = ""}).status(), 403);
}

TEST(RefusedSource, SourceWithoutContentTypeIsMp3) {
    TestServer server;
    LiveSource source(server.port(), {.content_type = "", .method = "SOURCE"});
    source.send(media(MediaKind::Mp3).bytes.substr(0, 50000));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    EXPECT_EQ(server.source().at("server_type"), "audio/mpeg");
}

TEST(RefusedSource, MountThatIsNoPathIs400) {
    TestServer server;
    EXPECT_EQ(try_login(server.port(), {.mount = "live"}).status(), 400);
}

TEST(RefusedSource, MountThatTheConfigWouldRefuseIs400) {
    TestServer server;
    for (const char* mount : {"/live.m3u", "/live.pls", "/live.xspf", "/a//b", "/a/", "/a%25b",
                              "/a%3fb", "/healthz", "/status-json.xsl", "/"}) {
        EXPECT_EQ(try_login(server.port(), {.mount = mount}).status(), 400) << mount;
    }
}

TEST(RefusedSource, AnswerArrivesThoughTheBodyIsSentWithoutWaiting) {
    TestServer server;
    WireClient source(server.port());
    source.send(head_of({.method = "SOURCE",
                         .target = "/live",
                         .version = "HTTP/1.0",
                         .headers = {"Content-Type: audio/mpeg", basic_auth("source", "wrong")}},
                        server.port()) +
                media(MediaKind::Mp3).bytes.substr(0, 200'000));
    EXPECT_EQ(read_reply(source).status(), 401);
}

TEST(RefusedSource, LengthTogetherWithChunksIs400) {
    TestServer server;
    EXPECT_EQ(
        try_login(server.port(), {.headers = {"Content-Length: 5", "Transfer-Encoding: chunked"}})
            .status(),
        400);
}

TEST(RefusedSource, UnknownTransferEncodingIs501) {
    TestServer server;
    EXPECT_EQ(try_login(server.port(), {.headers = {"Transfer-Encoding: gzip"}}).status(), 501);
}

TEST(RefusedSource, OneSourceTooManyIs403) {
    TestServer server(R"({"limits": {"sources": 1},
                          "stations": [{"mount": "/live"}, {"mount": "/second"}]})");
    LiveSource first(server.port(), {});
    const HttpReply reply = try_login(server.port(), {.mount = "/second"});
    EXPECT_EQ(reply.status(), 403) << reply.head;
    first.close();
    EXPECT_TRUE(
        eventually([&] { return try_login(server.port(), {.mount = "/second"}).status() == 200; }));
}

TEST(RefusedSource, FullPoolRefusesTheNewStationOnly) {
    TestServer server(R"({"pool": {"size": "2MiB"}, "station_defaults": {"ring": "1MiB"}})");
    PacedSource live(server.port(), media(MediaKind::Mp3));
    LiveSource second(server.port(), {.mount = "/second"});
    const HttpReply refused = try_login(server.port(), {.mount = "/third"});
    EXPECT_THAT(refused.status(), AnyOf(403, 503)) << refused.head;
    const std::size_t sent = live.sent();
    EXPECT_TRUE(eventually([&] { return live.sent() > sent + 50000; }));
}

TEST(RefusedSource, SilentSourceIsClosedAfterItsTimeout) {
    TestServer server(R"({"limits": {"source_timeout": "1s"}})");
    LiveSource source(server.port(), {});
    source.send(media(MediaKind::Mp3).bytes.substr(0, 50000));
    EXPECT_TRUE(source.wire().closed_within(seconds{4}));
}

TEST(RefusedSource, MalformedChunkEndsThatSourceOnly) {
    TestServer server(R"({"stations": [{"mount": "/live"}, {"mount": "/second"}]})");
    PacedSource live(server.port(), media(MediaKind::Mp3));
    LiveSource bad(server.port(), {.mount = "/second", .headers = {"Transfer-Encoding: chunked"}});
    bad.send("not a chunk size\r\n");
    EXPECT_TRUE(bad.wire().closed_within(seconds{3}));
    const std::size_t sent = live.sent();
    EXPECT_TRUE(eventually([&] { return live.sent() > sent + 50000; }));
}

}  // namespace
}  // namespace ringcast::tests::e2e

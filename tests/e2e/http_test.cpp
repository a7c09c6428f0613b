// SPDX-License-Identifier: Apache-2.0
// What listeners, browsers and proxies ask for over HTTP, and the heads they are answered with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/joined.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/paced_source.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Http : public testing::Test {
  protected:
    void SetUp() override {
        source.send(audio);
        ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    }

    [[nodiscard]] HttpReply ask(const std::string& method, const std::string& target,
                                std::vector<std::string> headers = {}) const {
        return exchange(server.port(),
                        {.method = method, .target = target, .headers = std::move(headers)});
    }

    const std::string audio = media(MediaKind::Mp3).bytes.substr(0, 100000);
    TestServer server;
    LiveSource source{server.port(),
                      {.headers = {"ice-name: Test Station", "ice-genre: noise", "ice-public: 0",
                                   "ice-url: http://example.org/", "ice-description: Words",
                                   "ice-audio-info: bitrate=128;samplerate=44100;channels=2"}}};
};

TEST_F(Http, StreamHeadIsIcecasts) {
    const HttpReply reply = listen(server.port(), "/live").reply;
    EXPECT_EQ(reply.status(), 200);
    EXPECT_EQ(reply.header("Content-Type"), "audio/mpeg");
    EXPECT_THAT(reply.header("Server"), StartsWith("Ringcast/"));
    EXPECT_THAT(reply.header("Cache-Control"), HasSubstr("no-cache"));
    for (const char* line :
         {"\r\nicy-name:Test Station\r\n", "\r\nicy-genre:noise\r\n", "\r\nicy-br:128\r\n",
          "\r\nicy-pub:0\r\n", "\r\nicy-url:http://example.org/\r\n",
          "\r\nicy-description:Words\r\n"}) {
        EXPECT_THAT(reply.head, HasSubstr(line));
    }
    EXPECT_EQ(reply.header("icy-metaint"), "") << "not asked for";
    EXPECT_EQ(reply.header("Transfer-Encoding"), "");
    EXPECT_EQ(reply.header("Content-Length"), "");
}

TEST_F(Http, IcyListenersGetVersion10AndTheInterval) {
    const HttpReply reply = listen_icy(server.port(), "/live").reply;
    EXPECT_EQ(reply.version(), "HTTP/1.0");
    EXPECT_EQ(reply.header("icy-metaint"), "16000");
    EXPECT_EQ(listen(server.port(), "/live", {.headers = {"Icy-MetaData: 0"}})
                  .reply.header("icy-metaint"),
              "");
}

TEST_F(Http, OldVersionIsAnsweredInKind) {
    Listener listener = listen(server.port(), "/live", {.version = "HTTP/1.0"});
    EXPECT_THAT(listener.reply.head, StartsWith("HTTP/1.0 200 "));
    EXPECT_TRUE(
        joined(listener.wire.read_until_quiet(milliseconds{500}), audio, Codec::Mp3, 10000));
}

TEST_F(Http, RangeIsIgnored) {
    for (const char* range : {"bytes=0-", "bytes=0-1", "bytes=1000-2000"}) {
        Listener listener =
            listen(server.port(), "/live", {.headers = {std::string("Range: ") + range}});
        EXPECT_EQ(listener.reply.status(), 200);
        EXPECT_EQ(listener.reply.header("Accept-Ranges"), "");
        EXPECT_TRUE(joined(listener.wire.read_exactly(10000), audio, Codec::Mp3));
    }
}

TEST_F(Http, QueryAsProxiesAppendItIsIgnored) {
    EXPECT_EQ(listen(server.port(), "/live?&_ic2=1").reply.status(), 200);
    EXPECT_EQ(listen(server.port(), "/%6cive").reply.status(), 200);
}

TEST_F(Http, MalformedHostIsNoReasonToRefuse) {
    WireClient wire(server.port());
    wire.send("GET /live HTTP/1.1\r\nHost: radio.example.org/listen/station\r\n\r\n");
    EXPECT_THAT(wire.read_head(), HasSubstr(" 200 "));
}

TEST_F(Http, HeadHasTheHeadersAndNoBody) {
    const HttpReply reply = ask("HEAD", "/live");
    EXPECT_EQ(reply.status(), 200);
    EXPECT_EQ(reply.header("Content-Type"), "audio/mpeg");
    EXPECT_EQ(reply.header("icy-name"), "Test Station");
    EXPECT_EQ(ask("HEAD", "/absent").status(), 404);
    EXPECT_EQ(server.listeners(), 0);
}

TEST_F(Http, AbsentMountIs404) {
    EXPECT_EQ(ask("GET", "/absent").status(), 404);
    EXPECT_EQ(ask("GET", "/live/../../etc/passwd").status(), 400);
}

TEST_F(Http, PreflightIsAnswered) {
    const HttpReply reply =
        ask("OPTIONS", "/live",
            {"Origin: https://player.example.org", "Access-Control-Request-Method: GET",
             "Access-Control-Request-Headers: icy-metadata"});
    EXPECT_EQ(reply.status(), 204);
    EXPECT_EQ(reply.header("Access-Control-Allow-Origin"), "https://player.example.org");
    EXPECT_THAT(reply.header("Access-Control-Allow-Headers"), HasSubstr("Icy-MetaData"));
    EXPECT_THAT(reply.header("Access-Control-Allow-Methods"), HasSubstr("GET"));
    EXPECT_EQ(reply.header("Access-Control-Max-Age"), "86400");
}

TEST_F(Http, CorsGoesWithEveryAnswer) {
    const std::vector<std::string> origin{"Origin: https://player.example.org"};
    const HttpReply stream = listen(server.port(), "/live", {.headers = origin}).reply;
    EXPECT_EQ(stream.header("Access-Control-Allow-Origin"), "https://player.example.org");
    EXPECT_THAT(stream.header("Access-Control-Expose-Headers"), HasSubstr("Icy-MetaInt"));
    EXPECT_THAT(stream.header("Vary"), HasSubstr("Origin"));
    for (const char* target : {"/absent", "/status-json.xsl", "/admin/stats"}) {
        EXPECT_EQ(ask("GET", target, origin).header("Access-Control-Allow-Origin"),
                  "https://player.example.org")
            << target;
    }
}

TEST_F(Http, PlaylistsNameTheStream) {
    const std::string url = server.url("/live");
    const HttpReply m3u = ask("GET", "/live.m3u");
    EXPECT_THAT(m3u.header("Content-Type"), StartsWith("audio/x-mpegurl"));
    EXPECT_EQ(m3u.body, url + "\r\n");
    const HttpReply pls = ask("GET", "/live.pls");
    EXPECT_THAT(pls.header("Content-Type"), StartsWith("audio/x-scpls"));
    EXPECT_THAT(pls.body, StartsWith("[playlist]"));
    EXPECT_THAT(pls.body, HasSubstr("File1=" + url));
    const HttpReply xspf = ask("GET", "/live.xspf");
    EXPECT_THAT(xspf.header("Content-Type"), StartsWith("application/xspf+xml"));
    EXPECT_THAT(xspf.body, HasSubstr("<location>" + url + "</location>"));
    EXPECT_EQ(ask("GET", "/absent.m3u").status(), 404);
}

TEST_F(Http, KeepAliveServesSeveralShortRequests) {
    WireClient wire(server.port());
    for (const char* target : {"/healthz", "/status-json.xsl", "/absent", "/healthz"}) {
        wire.send(head_of({.target = target}, server.port()));
        EXPECT_NE(read_reply(wire).header("Content-Length"), "") << target;
    }
}

TEST_F(Http, UnknownMethodIsRefusedWithoutHarm) {
    EXPECT_THAT(ask("BREW", "/live").status(), testing::AnyOf(400, 405, 501));
    EXPECT_THAT(ask("DELETE", "/live").status(), testing::AnyOf(400, 405, 501));
    EXPECT_TRUE(server.on_air());
}

TEST_F(Http, NonsenseIs400) {
    WireClient wire(server.port());
    wire.send("\x01\x02\x03 nonsense\r\n\r\n");
    EXPECT_THAT(wire.read_to_end(), HasSubstr(" 400 "));
}

}  // namespace
}  // namespace ringcast::tests::e2e

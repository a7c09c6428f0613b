// SPDX-License-Identifier: Apache-2.0
#include "server/http/response.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/http/dates.hpp"
#include "server/http/listener_head.hpp"

namespace ringcast::server::http {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr ServerFace kServer{"Ringcast/1",
                             std::chrono::sys_seconds(std::chrono::seconds(1795261652))};

ReplyTo to_head(std::string_view head) {
    return reply_to(*parse_head(head));
}

TEST(Reply, IsExactlyThis) {
    const std::string text = render_reply(text_reply(Status::NotFound, "No such station"),
                                          to_head("GET /x HTTP/1.0\r\n\r\n"), kServer);
    EXPECT_EQ(text,
              "HTTP/1.0 404 Not Found\r\n"
              "Server: Ringcast/1\r\n"
              "Connection: Close\r\n"
              "Date: Sat, 21 Nov 2026 11:47:32 GMT\r\n"
              "Content-Type: text/plain; charset=utf-8\r\n"
              "Cache-Control: no-cache, no-store\r\n"
              "Expires: Mon, 26 Jul 1997 05:00:00 GMT\r\n"
              "Pragma: no-cache\r\n"
              "Access-Control-Allow-Origin: *\r\n"
              "Access-Control-Allow-Headers: Origin, Icy-MetaData, Range, Authorization\r\n"
              "Access-Control-Allow-Methods: GET, OPTIONS, SOURCE, PUT, HEAD, STATS\r\n"
              "Access-Control-Expose-Headers: Content-Range, Icy-Br, Icy-Description, Icy-Genre, "
              "Icy-MetaInt, Icy-Name, Icy-Pub, Icy-Url\r\n"
              "Access-Control-Max-Age: 86400\r\n"
              "Vary: Origin\r\n"
              "Allow: GET, HEAD, POST, PUT, OPTIONS, SOURCE\r\n"
              "Content-Length: 17\r\n"
              "\r\n"
              "No such station\r\n");
}

TEST(Reply, SpeaksTheVersionOfTheRequest) {
    const auto first_line = [](std::string_view head) {
        const std::string text = render_reply(options_reply(), to_head(head), kServer);
        return text.substr(0, text.find('\r'));
    };
    EXPECT_EQ(first_line("OPTIONS * HTTP/1.1\r\n\r\n"), "HTTP/1.1 204 No Content");
    EXPECT_EQ(first_line("OPTIONS * HTTP/1.0\r\n\r\n"), "HTTP/1.0 204 No Content");
    EXPECT_EQ(first_line("OPTIONS * ICE/1.0\r\n\r\n"), "HTTP/1.0 204 No Content");
    EXPECT_EQ(source_accepted(Version::Http10), "HTTP/1.0 200 OK\r\n\r\n");
    EXPECT_EQ(source_accepted(Version::Http11), "HTTP/1.1 200 OK\r\n\r\n");
    EXPECT_EQ(kShoutcastAccepted.size(), 20U);
}

TEST(Reply, LetsLibshoutKeepItsConnection) {
    const std::string text = render_reply(
        options_reply(),
        to_head("OPTIONS * HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: TLS/1.0\r\n\r\n"), kServer);
    EXPECT_THAT(text, HasSubstr("\r\nConnection: Keep-Alive\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 0\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\nAllow: GET, HEAD, POST, PUT, OPTIONS, SOURCE\r\n"));
}

TEST(Reply, A401AsksForBasicCredentials) {
    const std::string text =
        render_reply(unauthorized_reply("My \"radio\""),
                     to_head("SOURCE /m HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), kServer);
    EXPECT_THAT(text, StartsWith("HTTP/1.0 401 Unauthorized\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\nConnection: Keep-Alive\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\nWWW-Authenticate: Basic realm=\"My \\\"radio\\\"\"\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 26\r\n\r\nYou need to authenticate\r\n"));
}

TEST(Reply, EchoesTheOriginOnErrorsToo) {
    const std::string text =
        render_reply(error_reply({Status::Forbidden, "Mountpoint in use"}),
                     to_head("GET /m HTTP/1.1\r\nOrigin: https://player.example\r\n\r\n"), kServer);
    EXPECT_THAT(text, HasSubstr("\r\nAccess-Control-Allow-Origin: https://player.example\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\nAccess-Control-Allow-Credentials: true\r\n"));
    EXPECT_THAT(text, HasSubstr("Icy-MetaInt"));
}

TEST(Reply, SharesNoAdminCredentialsAcrossOrigins) {
    for (const std::string_view path : {"/admin/stats", "/admin.cgi", "/%61dmin/stats"}) {
        const std::string head =
            "GET " + std::string(path) + " HTTP/1.1\r\nOrigin: https://evil.example\r\n\r\n";
        const std::string text = render_reply(text_reply(Status::Ok, "x"), to_head(head), kServer);
        EXPECT_THAT(text, Not(HasSubstr("Allow-Credentials"))) << path;
        EXPECT_THAT(text, HasSubstr("\r\nAllow: GET, HEAD, POST, OPTIONS\r\n"));
    }
}

TEST(Reply, NoValueCanAddAHeader) {
    Reply reply = text_reply(Status::Found, "x");
    reply.headers = {{"Location", std::string("/a\r\nSet-Cookie: x\0\n", 19)}};
    reply.content_type = "text/plain\r\nA: b";
    ReplyTo to;
    to.origin = "x\nB: c";
    const std::string text = render_reply(reply, to, {"id\r\nC: d", kServer.now});
    EXPECT_THAT(text, HasSubstr("\r\nLocation: /aSet-Cookie: x\r\n"));
    for (const char* header : {"\nSet-Cookie", "\nA:", "\nB:", "\nC:"}) {
        EXPECT_THAT(text, Not(HasSubstr(header)));
    }
}

TEST(Reply, ToHeadHasTheLengthButNotTheBody) {
    const std::string text =
        render_reply(text_reply(Status::Ok, "abc"), to_head("HEAD / HTTP/1.1\r\n\r\n"), kServer);
    EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 5\r\n"));
    EXPECT_TRUE(text.ends_with("\r\n\r\n"));
    EXPECT_THAT(text, Not(HasSubstr("abc")));
}

TEST(ListenerHead, IsAsIcecastWritesIt) {
    ListenerHead head;
    head.name = "Caf\xc3\xa9";
    head.description = "d";
    head.genre = "g";
    head.url = "http://u";
    head.bitrate = 128;
    head.audio_info = "bitrate=128";
    head.metaint = 16000;
    const std::string text = render_listener_head(
        head, to_head("GET /live.mp3 HTTP/1.1\r\nIcy-MetaData: 1\r\n\r\n"), kServer);
    EXPECT_THAT(text, StartsWith("HTTP/1.0 200 OK\r\nServer: Ringcast/1\r\nConnection: Close\r\n"));
    EXPECT_THAT(text, HasSubstr("\r\nContent-Type: audio/mpeg\r\n"));
    EXPECT_THAT(text, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(text, Not(HasSubstr("Transfer-Encoding")));
    EXPECT_TRUE(
        text.ends_with("\r\nice-audio-info: bitrate=128\r\nicy-br:128\r\n"
                       "icy-description:d\r\nicy-genre:g\r\nicy-name:Caf\xc3\xa9\r\n"
                       "icy-pub:0\r\nicy-url:http://u\r\nicy-metaint:16000\r\n\r\n"))
        << text;
}

TEST(ListenerHead, WithoutMetadataSpeaksTheVersionOfTheRequest) {
    const std::string text =
        render_listener_head({}, to_head("GET /live HTTP/1.1\r\n\r\n"), kServer);
    EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_TRUE(text.ends_with("\r\nicy-pub:0\r\n\r\n")) << text;
}

TEST(ListenerHead, IsTheSameForHead) {
    EXPECT_EQ(render_listener_head({}, to_head("HEAD /live HTTP/1.0\r\n\r\n"), kServer),
              render_listener_head({}, to_head("GET /live HTTP/1.0\r\n\r\n"), kServer));
}

TEST(ListenerHead, CallsAacpAac) {
    ListenerHead head;
    for (const auto& [sent, told] : {std::pair{"audio/aacp", "audio/aac"},
                                     {"Audio/AACP; x=y", "audio/aac; x=y"},
                                     {"audio/aacpx", "audio/aacpx"},
                                     {"application/ogg", "application/ogg"}}) {
        head.content_type = sent;
        EXPECT_THAT(render_listener_head(head, {}, kServer),
                    HasSubstr("\r\nContent-Type: " + std::string(told) + "\r\n"));
    }
}

TEST(Dates, AreUtcWhateverTheLocale) {
    EXPECT_EQ(http_date(kServer.now), "Sat, 21 Nov 2026 11:47:32 GMT");
    EXPECT_EQ(icecast_date(kServer.now), "Sat, 21 Nov 2026 11:47:32 +0000");
    EXPECT_EQ(iso8601_date(kServer.now), "2026-11-21T11:47:32+0000");
    EXPECT_EQ(http_date(std::chrono::sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace ringcast::server::http

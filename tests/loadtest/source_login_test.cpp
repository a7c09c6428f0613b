// SPDX-License-Identifier: Apache-2.0
#include "loadtest/source_login.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringcast::loadtest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

Target target() {
    Target target;
    target.host = "radio:8000";
    target.path = "/a b";
    return target;
}

TEST(SourceLogin, AsksAsEachKindOfEncoderDoes) {
    const auto request = [](LoginKind kind) {
        return login_request({kind, "source", "hackme"}, target(), 128);
    };
    EXPECT_THAT(request(LoginKind::PutExpect), StartsWith("PUT /a b HTTP/1.1\r\n"));
    EXPECT_THAT(request(LoginKind::PutExpect), HasSubstr("\r\nExpect: 100-continue\r\n"));
    EXPECT_THAT(request(LoginKind::Put), Not(HasSubstr("Expect")));
    EXPECT_THAT(request(LoginKind::Source), StartsWith("SOURCE /a b HTTP/1.0\r\n"));
    EXPECT_THAT(request(LoginKind::Source), HasSubstr("Basic c291cmNlOmhhY2ttZQ==\r\n"));
    EXPECT_EQ(request(LoginKind::Shoutcast), "hackme\r\n");
    EXPECT_THAT(login_headers({LoginKind::Shoutcast}, 128), HasSubstr("icy-br:128\r\n"));
    Login ogg;
    ogg.content_type = "audio/ogg";
    EXPECT_THAT(login_request(ogg, target(), 128), HasSubstr("\r\nContent-Type: audio/ogg\r\n"));
    EXPECT_EQ(login_headers({LoginKind::Put}, 128), "");
}

TEST(SourceLogin, JudgesHttpRepliesByTheirStatusLine) {
    const auto judge = [](std::string_view reply) { return judge_reply(LoginKind::Put, reply); };
    EXPECT_EQ(judge("HTTP/1.0 200 OK"), LoginReply::NeedMore);
    EXPECT_EQ(judge("HTTP/1.0 200 OK\r\n"), LoginReply::Accepted);
    EXPECT_EQ(judge("HTTP/1.1 100 Continue\r\n"), LoginReply::Accepted);
    EXPECT_EQ(judge("HTTP/1.0 401 Authentication Required\r\n"), LoginReply::Refused);
    EXPECT_EQ(judge("HTTP/1.0 \r\n2"), LoginReply::Refused);
    EXPECT_EQ(judge("HTTP/1.0\r\n 200"), LoginReply::Refused);
    EXPECT_EQ(judge("\n"), LoginReply::Refused);
}

TEST(SourceLogin, WaitsForTheWholeGreetingOfShoutcast) {
    const auto judge = [](std::string_view reply) {
        return judge_reply(LoginKind::Shoutcast, reply);
    };
    EXPECT_EQ(judge("OK2\r\nicy-caps:11\r\n"), LoginReply::NeedMore);
    EXPECT_EQ(judge("OK2\r\nicy-caps:11\r\n\r\n"), LoginReply::Accepted);
    EXPECT_EQ(judge("invalid password\r\n"), LoginReply::Refused);
}

TEST(SourceLogin, SetsTitlesWhereTheServerTakesThem) {
    EXPECT_THAT(title_request({}, target(), "x & y"),
                StartsWith("GET /admin/metadata?mount=%2Fa%20b&mode=updinfo&song=x%20%26%20y"));
    EXPECT_THAT(title_request({LoginKind::Shoutcast, "", "p"}, target(), "x"),
                StartsWith("GET /admin.cgi?pass=p&mode=updinfo&song=x HTTP/1.0\r\n"));
}

TEST(Base64, PadsAsRfc4648Section10Shows) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "server/http/shoutcast_login.hpp"

#include <gtest/gtest.h>

namespace ringcast::server::http {
namespace {

constexpr std::string_view kWinamp =
    "hackme\r\nicy-name:My radio\r\nicy-genre:Rock\r\nicy-url:http://x\r\nicy-pub:1\r\n"
    "icy-br:128\r\ncontent-type:audio/aacp\r\n\r\n";
constexpr std::string_view kLibshout =
    "hackme\nicy-name:My radio\nicy-url:http://x\nicy-genre:Rock\nicy-pub:1\nicy-br:128\n\n";

TEST(ShoutcastLogin, ReadsAHandshakeInEverySplit) {
    for (const std::string_view handshake : {kWinamp, kLibshout}) {
        const std::string bytes = std::string(handshake) + "\xff\xfb";
        const std::size_t password_end = bytes.find('\n') + 1;
        for (std::size_t first = 0; first < handshake.size(); ++first) {
            ShoutcastLoginReader reader(HeadLimits{});
            ASSERT_EQ(
                reader.read(std::string_view(bytes).substr(0, first)),
                first < password_end ? ShoutcastStep::NeedPassword : ShoutcastStep::NeedHeaders)
                << first;
            ASSERT_EQ(reader.read(bytes), ShoutcastStep::Done) << first;
            ASSERT_EQ(reader.size(), handshake.size());
            ASSERT_EQ(reader.login().password, "hackme");
            ASSERT_EQ(reader.headers().value_or_empty("ICY-NAME"), "My radio");
            ASSERT_EQ(reader.headers().value_or_empty("icy-br"), "128");
        }
    }
}

TEST(ShoutcastLogin, TheLoginIsKnownBeforeTheHeaders) {
    ShoutcastLoginReader reader(HeadLimits{});
    ASSERT_EQ(reader.read("dj:secret\r\n"), ShoutcastStep::NeedHeaders);
    EXPECT_EQ(reader.login().user, "dj");
    EXPECT_EQ(reader.login().password, "secret");
    EXPECT_EQ(reader.size(), 0U);
}

TEST(ShoutcastLogin, ReadsEveryVariantOfThePasswordLine) {
    struct Case {
        std::string_view line, mount, user, password;
        std::uint32_t stream_id;
    };
    for (const Case& c : {Case{"hackme", "", "", "hackme", 1},
                          {" hackme ", "", "", "hackme", 1},
                          {"hackme:#3", "", "", "hackme", 3},
                          {"dj:hackme", "", "dj", "hackme", 1},
                          {"dj:hackme:#2", "", "dj", "hackme", 2},
                          {"/mount:hackme", "/mount", "", "hackme", 1},
                          {"/mount:a:b", "/mount", "", "a:b", 1},
                          {"hackme:#", "", "hackme", "#", 1},
                          {"hackme:#x", "", "hackme", "#x", 1},
                          {"hackme:#99999999999", "", "hackme", "#99999999999", 1},
                          {"", "", "", "", 1}}) {
        const ShoutcastLogin login = parse_shoutcast_login(c.line);
        EXPECT_EQ(login.mount, c.mount) << c.line;
        EXPECT_EQ(login.user, c.user) << c.line;
        EXPECT_EQ(login.password, c.password) << c.line;
        EXPECT_EQ(login.stream_id, c.stream_id) << c.line;
        EXPECT_FALSE(login.poke);
    }
    EXPECT_EQ(parse_shoutcast_login("a:b").line, "a:b");
}

TEST(ShoutcastLogin, KnowsTheProbeOfLibshout) {
    ShoutcastLoginReader reader(HeadLimits{});
    ASSERT_EQ(reader.read("!POKE\nicy-name:libshout server poke request\n\n"), ShoutcastStep::Done);
    EXPECT_TRUE(reader.login().poke);
}

TEST(ShoutcastLogin, LinesWithoutANameAreSkipped) {
    ShoutcastLoginReader reader(HeadLimits{});
    ASSERT_EQ(reader.read("pw\r\nnonsense\r\n:x\r\n icy-br : 64 \r\n\r\n"), ShoutcastStep::Done);
    EXPECT_EQ(reader.headers().size(), 1U);
    EXPECT_EQ(reader.headers().value_or_empty("icy-br"), "64");
}

TEST(ShoutcastLogin, IsBounded) {
    const HeadLimits limits{.bytes_max = 100, .headers_max = 2};
    EXPECT_EQ(ShoutcastLoginReader(limits).read(std::string(100, 'x')), ShoutcastStep::TooLarge);
    EXPECT_EQ(ShoutcastLoginReader(limits).read(std::string(99, 'x')), ShoutcastStep::NeedPassword);
    EXPECT_EQ(ShoutcastLoginReader(limits).read("p\na:1\nb:2\n\n"), ShoutcastStep::Done);
    EXPECT_EQ(ShoutcastLoginReader(limits).read("p\na:1\nb:2\nc:3\n\n"), ShoutcastStep::TooLarge);
    EXPECT_EQ(ShoutcastLoginReader(limits).read("p\na:1\nb:2\nc:3\n"), ShoutcastStep::TooLarge);
}

}  // namespace
}  // namespace ringcast::server::http

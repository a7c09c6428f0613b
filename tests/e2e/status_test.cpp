// SPDX-License-Identifier: Apache-2.0
// Status for programs and people, in the shapes that Icecast's clients rely on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/listener.hpp"
#include "tests/support/paced_source.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kTwoStations = R"({"stations": [{"mount": "/live"}, {"mount": "/second"}]})";

nlohmann::json icestats(const TestServer& server, const std::string& query = "") {
    const HttpReply reply = get(server.port(), "/status-json.xsl" + query);
    EXPECT_THAT(reply.header("Content-Type"), StartsWith("application/json"));
    return nlohmann::json::parse(reply.body).at("icestats");
}

void set_title(const TestServer& server, const std::string& title) {
    EXPECT_EQ(get(server.port(), "/admin/metadata?mount=/live&mode=updinfo&song=" + title,
                  {basic_auth("source", "hackme")})
                  .status(),
              200);
}

TEST(StatusJson, SourceIsAbsentThenAnObjectThenAnArray) {
    const std::string audio = media(MediaKind::Mp3).bytes.substr(0, 50000);
    TestServer server(kTwoStations);
    EXPECT_FALSE(icestats(server).contains("source"));
    LiveSource first(server.port(), {});
    first.send(audio);
    ASSERT_TRUE(eventually([&] { return server.on_air("/live"); }));
    EXPECT_TRUE(icestats(server).at("source").is_object());
    LiveSource second(server.port(), {.mount = "/second"});
    second.send(audio);
    ASSERT_TRUE(eventually([&] { return server.on_air("/second"); }));
    EXPECT_TRUE(icestats(server).at("source").is_array());
    EXPECT_TRUE(icestats(server, "?mount=/second").at("source").is_object());
    second.close();
    EXPECT_TRUE(eventually([&] { return !server.on_air("/second"); }));
}

TEST(StatusJson, TitlesAreStringsAndNumbersAreNumbers) {
    TestServer server;
    LiveSource source(server.port(), {.headers = {"ice-name: 2000", "ice-bitrate: 128"}});
    source.send(media(MediaKind::Mp3).bytes.substr(0, 50000));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    set_title(server, "1999");
    ASSERT_TRUE(eventually([&] { return !server.title().empty(); }));
    const nlohmann::json found = server.source();
    EXPECT_EQ(found.at("title"), "1999");
    EXPECT_EQ(found.at("server_name"), "2000");
    EXPECT_EQ(found.at("bitrate"), 128);
    EXPECT_EQ(found.at("listeners"), 0);
    EXPECT_THAT(found.at("listenurl"), StartsWith("http://"));
    EXPECT_TRUE(found.contains("stream_start_iso8601"));
    for (const char* secret : {"source_ip", "user_agent"}) {
        EXPECT_FALSE(found.contains(secret)) << secret;
    }
}

TEST(StatusJson, HostileTitleStaysData) {
    TestServer server;
    LiveSource source(server.port(), {});
    source.send(media(MediaKind::Mp3).bytes.substr(0, 50000));
    set_title(server, "%22%5C%3C%2Fscript%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%26%FF");
    ASSERT_TRUE(eventually([&] { return !server.title().empty(); }));
    EXPECT_THAT(server.source().at("title").get<std::string>(), StartsWith("\"\\"));
    EXPECT_THAT(get(server.port(), "/").body, Not(HasSubstr("<script>alert")));
    const HttpReply xml = get(server.port(), "/admin/stats", {basic_auth("admin", "hackme")});
    EXPECT_THAT(xml.body, Not(HasSubstr("<script>alert")));
}

TEST(AdminStats, NeedsTheAdmin) {
    TestServer server;
    EXPECT_EQ(get(server.port(), "/admin/stats").status(), 401);
    EXPECT_EQ(get(server.port(), "/admin/stats", {basic_auth("admin", "wrong")}).status(), 401);
    EXPECT_EQ(get(server.port(), "/admin/stats", {basic_auth("source", "hackme")}).status(), 401);
}

TEST(AdminStats, IsIcecastsDocument) {
    TestServer server;
    LiveSource source(server.port(), {.headers = {"User-Agent: TestEncoder/1"}});
    source.send(media(MediaKind::Mp3).bytes.substr(0, 50000));
    Listener listener = listen(server.port(), "/live");
    ASSERT_TRUE(eventually([&] { return server.listeners() == 1; }));
    const HttpReply reply = get(server.port(), "/admin/stats", {basic_auth("admin", "hackme")});
    EXPECT_EQ(reply.status(), 200);
    EXPECT_THAT(reply.header("Content-Type"), StartsWith("text/xml"));
    EXPECT_THAT(reply.body, StartsWith("<?xml"));
    for (const char* part : {"<icestats>", "<sources>1</sources>", "<source mount=\"/live\">",
                             "<listeners>1</listeners>", "<source_ip>127.0.0.1</source_ip>",
                             "<server_type>audio/mpeg</server_type>", "</source></icestats>"}) {
        std::string dense;
        for (const char c : reply.body) {
            dense += c == '\n' ? "" : std::string(1, c);
        }
        EXPECT_THAT(dense, HasSubstr(part));
    }
}

TEST(Healthz, Answers) {
    TestServer server;
    EXPECT_EQ(get(server.port(), "/healthz").status(), 200);
    EXPECT_EQ(exchange(server.port(), {.method = "HEAD", .target = "/healthz"}).status(), 200);
}

TEST(Page, IsHtmlWithAPlayer) {
    TestServer server(kTwoStations);
    LiveSource source(server.port(), {.headers = {"ice-name: Page Station"}});
    source.send(media(MediaKind::Mp3).bytes.substr(0, 50000));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const HttpReply page = get(server.port(), "/");
    EXPECT_EQ(page.status(), 200);
    EXPECT_THAT(page.header("Content-Type"), StartsWith("text/html"));
    EXPECT_THAT(page.body, HasSubstr("<audio"));
}

TEST(Counters, ReturnToZeroWhenAllHaveLeft) {
    TestServer server;
    PacedSource source(server.port(), media(MediaKind::Mp3), 2);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    {
        std::vector<Listener> crowd;
        crowd.reserve(30);
        for (int i = 0; i < 30; ++i) {
            crowd.push_back(listen(server.port(), "/live"));
        }
        EXPECT_TRUE(eventually([&] { return server.listeners() == 30; })) << server.listeners();
        for (int i = 0; i < 10; ++i) {
            crowd[static_cast<std::size_t>(i)].wire.reset();
        }
        EXPECT_TRUE(eventually([&] { return server.listeners() == 20; })) << server.listeners();
    }
    EXPECT_TRUE(eventually([&] { return server.listeners() == 0; })) << server.listeners();
    EXPECT_EQ(server.source().at("listener_peak"), 30);
}

}  // namespace
}  // namespace ringcast::tests::e2e

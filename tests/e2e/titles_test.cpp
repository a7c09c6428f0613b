// SPDX-License-Identifier: Apache-2.0
// A title goes in by any of its ways and comes out at the byte where it belongs.
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

constexpr const char* kConfig = R"({"stations": [{"mount": "/live", "metaint": 4096}]})";

// Sets a title as encoders do; `query` follows mode=updinfo.
HttpReply set_title(const TestServer& server, const std::string& query) {
    return get(server.port(), "/admin/metadata?mount=/live&mode=updinfo&" + query,
               {basic_auth("source", "hackme")});
}

// The first title that a new listener sees.
std::string first_title(const TestServer& server) {
    Listener listener = listen_icy(server.port(), "/live");
    const IcyStream stream = read_icy(listener, 6000);
    EXPECT_EQ(stream.fault, "");
    return stream.blocks.empty() ? "" : stream.blocks.front().text;
}

class Titles : public testing::Test {
  protected:
    void SetUp() override { publish(0, 100000); }

    /// Sends these bytes, and returns once all of them are published: a listener that joined
    /// meanwhile gets no more.
    void publish(std::size_t from, std::size_t size) {
        source.send(audio.substr(from, size));
        (void)listen(server.port(), "/live").wire.read_until_quiet(milliseconds{300});
    }

    const std::string audio = media(MediaKind::Mp3).audio();
    TestServer server{kConfig};
    LiveSource source{server.port(), {}};
};

TEST_F(Titles, SongByGetReachesListenersAndTheStatus) {
    const HttpReply reply = set_title(server, "song=Artist%20-%20Song");
    EXPECT_EQ(reply.status(), 200);
    EXPECT_THAT(reply.header("Content-Type"), HasSubstr("text/xml"));
    EXPECT_THAT(reply.body, HasSubstr("Metadata update successful"));
    publish(100000, 200000);  // more than a burst: all that is heard is after it
    EXPECT_TRUE(eventually([&] { return server.title() == "Artist - Song"; }));
    EXPECT_EQ(first_title(server), "StreamTitle='Artist - Song';");
}

TEST_F(Titles, ArtistAndTitleAreJoined) {
    EXPECT_EQ(set_title(server, "artist=Some&title=Thing+Else").status(), 200);
    EXPECT_TRUE(eventually([&] { return server.title() == "Some - Thing Else"; }));
}

TEST_F(Titles, FormByPostWorks) {
    const HttpReply reply =
        exchange(server.port(), {.method = "POST",
                                 .target = "/admin/metadata",
                                 .headers = {basic_auth("source", "hackme"),
                                             "Content-Type: application/x-www-form-urlencoded"},
                                 .body = "mode=updinfo&mount=%2flive&song=Posted"});
    EXPECT_EQ(reply.status(), 200);
    EXPECT_TRUE(eventually([&] { return server.title() == "Posted"; }));
}

TEST_F(Titles, CharsetIsTurnedIntoUtf8) {
    EXPECT_EQ(set_title(server, "charset=ISO-8859-1&song=Caf%E9").status(), 200);
    EXPECT_TRUE(eventually([&] { return server.title() == "Caf\u00e9"; }));
    EXPECT_EQ(set_title(server, "charset=UTF-8&song=Na%C3%AFve").status(), 200);
    EXPECT_TRUE(eventually([&] { return server.title() == "Na\u00efve"; }));
}

TEST_F(Titles, UrlGoesOutAsStreamUrl) {
    EXPECT_EQ(set_title(server, "song=S&url=http%3A%2F%2Fexample.org%2Fcover").status(), 200);
    publish(100000, 200000);
    ASSERT_TRUE(eventually([&] { return server.title() == "S"; }));
    EXPECT_EQ(first_title(server), "StreamTitle='S';StreamUrl='http://example.org/cover';");
}

TEST_F(Titles, QuoteThatWouldEndTheTitleIsTakenOut) {
    EXPECT_EQ(set_title(server, "song=It's%20a';%20trap%0d%0a").status(), 200);
    publish(100000, 200000);
    ASSERT_TRUE(eventually([&] { return !server.title().empty(); }));
    const std::string block = first_title(server);
    EXPECT_EQ(block.find("';"), block.size() - 2) << block;
    EXPECT_EQ(block.find_first_of("\r\n"), std::string::npos);
}

TEST_F(Titles, WithoutCredentialsNothingChanges) {
    const std::string target = "/admin/metadata?mount=/live&mode=updinfo&song=Bad";
    EXPECT_EQ(get(server.port(), target).status(), 401);
    EXPECT_EQ(get(server.port(), target, {basic_auth("source", "wrong")}).status(), 401);
    EXPECT_NE(server.title(), "Bad");
}

TEST_F(Titles, UnknownMountIsRefused) {
    const int status = get(server.port(), "/admin/metadata?mount=/none&mode=updinfo&song=x",
                           {basic_auth("source", "hackme")})
                           .status();
    EXPECT_THAT(status, testing::AnyOf(400, 404));
}

TEST_F(Titles, BlanksThatAnEncoderForgotToEscapeAreUnderstood) {
    EXPECT_EQ(set_title(server, "song=Not Escaped At All").status(), 200);
    EXPECT_TRUE(eventually([&] { return server.title() == "Not Escaped At All"; }));
}

TEST_F(Titles, EachListenerSeesTheTitleOfItsOwnOffset) {
    EXPECT_EQ(set_title(server, "song=Early").status(), 200);
    publish(100000, 100000);
    ASSERT_TRUE(eventually([&] { return server.title() == "Early"; }));
    EXPECT_EQ(set_title(server, "song=Late").status(), 200);
    Listener behind = listen_icy(server.port(), "/live");  // gets a burst from before "Late"
    source.send(audio.substr(200000, 100000));
    const IcyStream stream = read_icy(behind, 150000);
    EXPECT_EQ(stream.fault, "");
    ASSERT_EQ(stream.blocks.size(), 2U);
    EXPECT_EQ(stream.blocks[0].text, "StreamTitle='Early';");
    EXPECT_EQ(stream.blocks[0].position, 4096U) << "the first block carries the current title";
    EXPECT_EQ(stream.blocks[1].text, "StreamTitle='Late';");
    const auto join = join_offset(stream.audio, audio, Codec::Mp3);
    ASSERT_TRUE(join.has_value());
    const std::size_t late_at = *join + stream.blocks[1].position;
    EXPECT_GE(late_at, 199000U) << "not before the byte where it was set, but for a cut frame";
    EXPECT_LE(late_at, 200000U + 4096U) << "in the next block after it";
}

TEST(TitleSources, InBandIcyIsTakenOutAndPassedOn) {
    const std::string audio = media(MediaKind::Mp3).audio().substr(0, 300000);
    TestServer server(kConfig);
    LiveSource source(server.port(), {.headers = {"icy-metaint: 8192"}});
    source.send(interleave_icy(audio, 8192, "StreamTitle='In Band';"));
    ASSERT_TRUE(eventually([&] { return server.title() == "In Band"; }));
    const std::string received =
        listen(server.port(), "/live").wire.read_until_quiet(milliseconds{600});
    EXPECT_TRUE(joined(received, audio, Codec::Mp3, 50000));
    EXPECT_EQ(first_title(server), "StreamTitle='In Band';");
}

class OggTitles : public testing::TestWithParam<MediaKind> {};

INSTANTIATE_TEST_SUITE_P(TitleSources, OggTitles,
                         testing::Values(MediaKind::Vorbis, MediaKind::Opus, MediaKind::OggFlac),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(OggTitles, CommentsShowInTheStatus) {
    TestServer server;
    PacedSource source(server.port(), media(GetParam()), 8);
    EXPECT_TRUE(eventually([&] { return server.title().find("First Title") != std::string::npos; }))
        << server.source();
}

}  // namespace
}  // namespace ringcast::tests::e2e

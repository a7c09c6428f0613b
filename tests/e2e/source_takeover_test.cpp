// SPDX-License-Identifier: Apache-2.0
// One source at a time: who may replace whom, and what listeners hear of it.
#include <gtest/gtest.h>

#include "tests/support/joined.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/paced_source.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;

struct Streams {
    std::string first = media(MediaKind::Mp3).audio().substr(0, 150000);  // ends inside a frame
    std::string second = media(MediaKind::OtherMp3).audio().substr(0, 150000);

    [[nodiscard]] std::string order(const std::string& received) const {
        return frame_order(received, {first, second}, Codec::Mp3);
    }
};

TEST(Takeover, ReconnectingSourceFindsItsListenersStillThere) {
    const Streams streams;
    TestServer server;
    LiveSource source(server.port(), {});
    source.send(streams.first);
    Listener listener = listen(server.port(), "/live");
    std::string received = listener.wire.read_until_quiet(milliseconds{500});
    source.close();
    LiveSource again(server.port(), {});
    again.send(streams.second);
    received += listener.wire.read_until_quiet(seconds{1});
    EXPECT_EQ(streams.order(received), "AB");
    EXPECT_EQ(server.listeners(), 1);
}

TEST(Takeover, OneThatReconnectsAtOnceIsLetIn) {
    TestServer server;
    const std::string audio = media(MediaKind::Mp3).audio();
    for (int i = 0; i < 30; ++i) {
        LiveSource source(server.port(), {});  // throws unless it is let in
        source.send(audio.substr(0, 2000));
        source.close();
    }
}

TEST(Takeover, SilentSourceIsReplacedAfterTwoSeconds) {
    const Streams streams;
    TestServer server;
    LiveSource silent(server.port(), {});
    silent.send(streams.first);
    Listener listener = listen(server.port(), "/live");
    std::string received = listener.wire.read_until_quiet(milliseconds{300});
    EXPECT_EQ(try_login(server.port(), {}).status(), 403) << "not silent for long enough";
    std::this_thread::sleep_for(milliseconds{2500});  // what is tested: two seconds of silence
    LiveSource next(server.port(), {});
    next.send(streams.second);
    received += listener.wire.read_until_quiet(seconds{1});
    EXPECT_EQ(streams.order(received), "AB");
    EXPECT_TRUE(silent.wire().closed_within(seconds{2}));
}

TEST(Takeover, TricklingBytesThatMakeNoFrameCountAsSilence) {
    TestServer server;
    LiveSource silent(server.port(), {});
    const std::string audio = media(MediaKind::Mp3).audio();
    silent.send(audio.substr(0, walk(Codec::Mp3, audio).joins.at(200) + 10));
    for (int i = 0; i < 26; ++i) {
        silent.send("x");
        std::this_thread::sleep_for(milliseconds{100});  // what is tested: a source this slow
    }
    EXPECT_EQ(try_login(server.port(), {}).status(), 200);
}

TEST(Takeover, AlwaysReplacesASourceThatSends) {
    const Streams streams;
    TestServer server(R"({"stations": [{"mount": "/live", "takeover": "always"}]})");
    LiveSource present(server.port(), {});
    present.send(streams.first);
    Listener listener = listen(server.port(), "/live");
    std::string received = listener.wire.read_until_quiet(milliseconds{300});
    LiveSource next(server.port(), {});
    next.send(streams.second);
    received += listener.wire.read_until_quiet(seconds{1});
    EXPECT_EQ(streams.order(received), "AB");
    EXPECT_TRUE(present.wire().closed_within(seconds{2}));
}

TEST(Takeover, NeverKeepsASilentSource) {
    TestServer server(R"({"stations": [{"mount": "/live", "takeover": "never"}]})");
    LiveSource present(server.port(), {});
    present.send(media(MediaKind::Mp3).bytes.substr(0, 50000));
    std::this_thread::sleep_for(milliseconds{2500});  // what is tested: silence changes nothing
    EXPECT_EQ(try_login(server.port(), {}).status(), 403);
}

TEST(Takeover, WrongCredentialsNeverTakeOver) {
    TestServer server(R"({"stations": [{"mount": "/live", "takeover": "always"}]})");
    PacedSource present(server.port(), media(MediaKind::Mp3));
    EXPECT_EQ(try_login(server.port(), {.password = "wrong"}).status(), 401);
    EXPECT_TRUE(eventually([&] { return present.sent() > 200000; }));
}

TEST(Takeover, AnotherTypeClosesTheStationsListenersOnly) {
    TestServer server(R"({"stations": [{"mount": "/live"}, {"mount": "/second"}]})");
    PacedSource other(server.port(), media(MediaKind::Mp3), 4, {.mount = "/second"});
    LiveSource mp3(server.port(), {});
    mp3.send(media(MediaKind::Mp3).bytes.substr(0, 100000));
    ASSERT_TRUE(eventually([&] { return server.on_air("/live") && server.on_air("/second"); }));
    Listener listener = listen(server.port(), "/live");
    Listener bystander = listen(server.port(), "/second");
    mp3.close();
    LiveSource aac(server.port(), {.content_type = "audio/aac"});
    aac.send(media(MediaKind::Aac).bytes.substr(0, 100000));
    EXPECT_TRUE(listener.wire.closed_within(seconds{3}));
    EXPECT_EQ(listen(server.port(), "/live").reply.header("Content-Type"), "audio/aac");
    EXPECT_TRUE(
        joined(bystander.wire.read_exactly(100000), media(MediaKind::Mp3).bytes, Codec::Mp3));
}

}  // namespace
}  // namespace ringcast::tests::e2e

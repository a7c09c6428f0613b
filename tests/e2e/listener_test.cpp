// SPDX-License-Identifier: Apache-2.0
// Listeners that stall, lag, vanish or misbehave: what happens to them, and that nobody else
// notices.
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

const WireOptions kNarrow{.address = "127.0.0.1", .receive_buffer = 4096};

TEST(Listener, JoinsAtOnceWithABurstFromAFrame) {
    const std::string audio = media(MediaKind::Mp3).bytes.substr(0, 300000);
    TestServer server(R"({"station_defaults": {"burst": "4s", "delivery": "1s"}})");
    LiveSource source(server.port(), {});
    source.send(audio);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    (void)listen(server.port(), "/live").wire.read_until_quiet(milliseconds{300});
    Listener listener = listen(server.port(), "/live");
    const std::string burst = listener.wire.read_until_quiet(milliseconds{300});
    EXPECT_TRUE(joined(burst, audio, Codec::Mp3, 60000));
    EXPECT_LT(burst.size(), 70000U) << "four seconds at 128 kbit/s";
}

TEST(Listener, LeftListenerIsNoticedWithinTwoDeliveries) {
    TestServer server;
    PacedSource source(server.port(), media(MediaKind::Mp3), 1);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener listener = listen(server.port(), "/live");
    ASSERT_TRUE(eventually([&] { return server.listeners() == 1; }));
    listener.wire.reset();
    EXPECT_TRUE(eventually([&] { return server.listeners() == 0; }, milliseconds{1000}));
}

TEST(Listener, HalfCloseAfterTheRequestIsNoGoodbye) {
    const Media sent = media(MediaKind::Mp3);
    TestServer server;
    PacedSource source(server.port(), sent);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener listener = listen(server.port(), "/live");
    listener.wire.half_close();
    EXPECT_TRUE(joined(listener.wire.read_exactly(250000), sent.bytes, sent.codec));
    EXPECT_EQ(server.listeners(), 1);
}

TEST(Listener, OneThatTakesNothingIsClosedAndTheOthersKeepEveryByte) {
    const Media sent = media(MediaKind::Mp3);
    TestServer server(R"({"limits": {"listener_stall_timeout": "2s"}})");
    PacedSource source(server.port(), sent, 6);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener stalled = listen(server.port(), "/live", {.wire = kNarrow});
    Listener good = listen(server.port(), "/live");
    ASSERT_TRUE(eventually([&] { return server.listeners() == 2; }));
    const std::string received = good.wire.read_exactly(400000, seconds{10});
    EXPECT_TRUE(joined(received, sent.bytes, sent.codec));
    EXPECT_TRUE(eventually([&] { return server.listeners() == 1; }));
}

TEST(Listener, OneThatIsOnlySlowIsNotTakenForStalled) {
    TestServer server(R"({"limits": {"listener_stall_timeout": "4s", "listener_skips_max": 0}})");
    PacedSource source(server.port(), media(MediaKind::Mp3), 2);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener slow = listen(server.port(), "/live", {.wire = kNarrow});
    for (int i = 0; i < 240; ++i) {  // a quarter of what comes, for twelve seconds
        (void)slow.wire.read_exactly(400);
        std::this_thread::sleep_for(milliseconds{50});
    }
    EXPECT_EQ(server.listeners(), 1);
}

TEST(Listener, OneThatStallsWhileNoDataFlowsIsClosedToo) {
    TestServer server(R"({"limits": {"listener_stall_timeout": "2s"}})");
    LiveSource source(server.port(), {});
    source.send(media(MediaKind::Mp3).bytes.substr(0, 600000));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener stalled = listen(server.port(), "/live", {.wire = kNarrow});
    ASSERT_TRUE(eventually([&] { return server.listeners() == 1; }));
    EXPECT_TRUE(eventually([&] { return server.listeners() == 0; }, seconds{6}));
}

TEST(Listener, OneThatHasAllThereIsStaysWhileTheSourceIsSilent) {
    TestServer server(R"({"limits": {"listener_stall_timeout": "1s"}})");
    LiveSource source(server.port(), {});
    source.send(media(MediaKind::Mp3).bytes.substr(0, 100000));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener listener = listen(server.port(), "/live");
    (void)listener.wire.read_until_quiet(milliseconds{300});
    EXPECT_FALSE(listener.wire.closed_within(seconds{3}));
}

TEST(Listener, OneThatLagsIsMovedToAFrameAndKept) {
    const Media sent = media(MediaKind::Mp3);
    TestServer server(R"({"stations": [{"mount": "/live", "ring": "64KiB", "burst": "1s"}]})");
    LiveSource source(server.port(), {});
    source.send(sent.bytes.substr(0, 60000));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener slow = listen(server.port(), "/live", {.wire = kNarrow});
    source.send(sent.bytes.substr(60000));  // nine times the ring while it reads nothing
    std::string received = slow.wire.read_until_quiet(seconds{1});
    const auto gaps = skips(received, sent.bytes, sent.codec);
    ASSERT_TRUE(gaps.has_value()) << "a gap that does not end at a frame";
    EXPECT_GE(gaps->size(), 1U);
    EXPECT_EQ(server.listeners(), 1);
}

TEST(Listener, OneThatSkipsTooOftenIsClosed) {
    TestServer server(R"({"stations": [{"mount": "/live", "ring": "64KiB", "burst": "1s"}],
                          "limits": {"listener_skips_max": 2}})");
    PacedSource source(server.port(), media(MediaKind::Flac), 12);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener slow = listen(server.port(), "/live", {.wire = kNarrow});
    ASSERT_TRUE(eventually([&] { return server.listeners() == 1; }));
    EXPECT_TRUE(eventually(
        [&] {
            if (server.listeners() == 1) {
                (void)slow.wire.read_exactly(1);  // just enough never to be stalled
            }
            return server.listeners() == 0;
        },
        seconds{10}));
}

TEST(Limits, SlowHeadIsClosedInTime) {
    TestServer server(R"({"limits": {"header_timeout": "1s"}})");
    WireClient wire(server.port());
    wire.send("GET /live HTTP/1.1\r\nHost:");
    const auto begin = Clock::now();
    EXPECT_TRUE(wire.closed_within(seconds{4}));
    EXPECT_GE(Clock::now() - begin, milliseconds{700});
    WireClient silent(server.port());
    EXPECT_TRUE(silent.closed_within(seconds{4}));
}

TEST(Limits, TooLargeHeadIs431) {
    TestServer server(R"({"limits": {"header_size": "8KiB"}})");
    WireClient wire(server.port());
    wire.send("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + std::string(20000, 'x'));
    EXPECT_THAT(wire.read_head(), HasSubstr(" 431 "));
}

TEST(Limits, StationsListenerLimitHolds) {
    TestServer server(R"({"stations": [{"mount": "/live", "max_listeners": 2}]})");
    PacedSource source(server.port(), media(MediaKind::Mp3), 1);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener first = listen(server.port(), "/live");
    const Listener second = listen(server.port(), "/live");
    EXPECT_EQ(listen(server.port(), "/live").reply.status(), 403);
    first.wire.reset();
    EXPECT_TRUE(eventually([&] { return listen(server.port(), "/live").reply.status() == 200; }));
}

TEST(Limits, ServersListenerLimitHolds) {
    TestServer server(R"({"limits": {"listeners": 3}})");
    PacedSource source(server.port(), media(MediaKind::Mp3), 1);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    std::vector<Listener> crowd;
    for (int i = 0; i < 3; ++i) {
        crowd.push_back(listen(server.port(), "/live"));
        EXPECT_EQ(crowd.back().reply.status(), 200);
    }
    EXPECT_EQ(listen(server.port(), "/live").reply.status(), 403);
    EXPECT_EQ(get(server.port(), "/healthz").status(), 200) << "not a listener";
}

TEST(Addresses, DefaultServesBothFamiliesAndShowsPlainIpv4) {
    TestServer server(R"({"listen": [{"port": 0}]})");
    LiveSource source(server.port(), {});
    source.send(media(MediaKind::Mp3).bytes.substr(0, 50000));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    EXPECT_THAT(get(server.port(), "/admin/stats", {basic_auth("admin", "hackme")}).body,
                HasSubstr("<source_ip>127.0.0.1</source_ip>"));
    ASSERT_TRUE(std::filesystem::exists("/proc/net/if_inet6")) << "needs a machine with IPv6";
    EXPECT_EQ(listen(server.port(), "/live", {.wire = {.address = "::1"}}).reply.status(), 200);
}

}  // namespace
}  // namespace ringcast::tests::e2e

// SPDX-License-Identifier: Apache-2.0
// Stations that play files, and stations that are not in the config.
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
using testing::HasSubstr;

std::string station_with_input(const std::filesystem::path& path) {
    return R"({"stations": [{"mount": "/live", "type": "audio/mpeg", "input": ")" + path.string() +
           R"("}]})";
}

TEST(InputStation, PlaysItsFileAtThePaceOfItsFrames) {
    const Media file = media(MediaKind::Mp3);
    TestServer server(station_with_input(file.path));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener listener = listen(server.port(), "/live");
    const std::string begin = listener.wire.read_exactly(30000);
    const auto start = Clock::now();
    const std::string more = listener.wire.read_exactly(64000);  // four seconds of it
    const auto took = Clock::now() - start;
    EXPECT_GE(took, milliseconds{2500});
    EXPECT_LE(took, milliseconds{6000});
    EXPECT_TRUE(joined(begin + more, file.audio() + file.audio(), file.codec));
}

TEST(InputStation, LoopsItsFileWithoutTags) {
    const Media file = media(MediaKind::Mp3);
    const std::size_t second = walk(Codec::Mp3, file.audio()).joins.at(77);  // two seconds
    const std::string tag = file.bytes.substr(0, file.bytes.size() - file.audio().size());
    ASSERT_FALSE(tag.empty());
    const TempDir dir;
    write_file(dir.file("short.mp3"), tag + file.audio().substr(0, second));
    TestServer server(station_with_input(dir.file("short.mp3")));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const std::string received = listen(server.port(), "/live").wire.read_exactly(100000);
    std::string loop;
    for (int i = 0; i < 10; ++i) {
        loop += file.audio().substr(0, second);
    }
    EXPECT_TRUE(joined(received, loop, Codec::Mp3));
}

TEST(InputStation, TitleComesFromTheTags) {
    TestServer server(station_with_input(media(MediaKind::Mp3).path));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    EXPECT_TRUE(eventually([&] { return server.title() == "Test Artist - First Title"; }))
        << server.source();
}

TEST(InputStation, FolderPlaysInNameOrder) {
    const Media first = media(MediaKind::Mp3);
    const Media second = media(MediaKind::OtherMp3);
    const std::size_t cut = walk(Codec::Mp3, first.audio()).joins.at(77);
    const std::size_t other_cut = walk(Codec::Mp3, second.audio()).joins.at(77);
    const TempDir dir;
    write_file(dir.file("b.mp3"), second.audio().substr(0, other_cut));
    write_file(dir.file("a.mp3"), first.audio().substr(0, cut));
    TestServer server(station_with_input(dir.path()));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const std::string received = listen(server.port(), "/live").wire.read_exactly(120000);
    const std::string order = frame_order(received, {first.audio(), second.audio()}, Codec::Mp3);
    EXPECT_THAT(order, AnyOf(HasSubstr("ABA"), HasSubstr("BAB")));
    EXPECT_EQ(order.find('?'), std::string::npos);
}

TEST(InputStation, LiveSourceDisplacesItAndItReturnsAtAFrame) {
    const Media file = media(MediaKind::Mp3);
    const Media live = media(MediaKind::OtherMp3);
    TestServer server(station_with_input(file.path));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener listener = listen(server.port(), "/live");
    std::string received = listener.wire.read_exactly(20000);
    LiveSource source(server.port(), {});
    source.send(live.audio().substr(0, 100000));
    received += listener.wire.read_exactly(60000);
    source.close();
    received += listener.wire.read_exactly(120000, seconds{12});
    EXPECT_EQ(frame_order(received, {file.audio(), live.audio()}, Codec::Mp3), "ABA");
}

TEST(InputStation, LiveSourceOfAnotherTypeIs403) {
    TestServer server(station_with_input(media(MediaKind::Mp3).path));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener listener = listen(server.port(), "/live");
    EXPECT_EQ(try_login(server.port(), {.content_type = "audio/aac"}).status(), 403);
    EXPECT_TRUE(
        joined(listener.wire.read_exactly(60000), media(MediaKind::Mp3).audio(), Codec::Mp3));
}

class InputFormat : public testing::TestWithParam<MediaKind> {};

INSTANTIATE_TEST_SUITE_P(InputStation, InputFormat,
                         testing::Values(MediaKind::Aac, MediaKind::Vorbis, MediaKind::Opus,
                                         MediaKind::OggFlac, MediaKind::Flac),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(InputFormat, DecodesWithoutError) {
    const Media file = media(GetParam());
    TestServer server(R"({"stations": [{"mount": "/live", "type": ")" + file.content_type +
                      R"(", "input": ")" + file.path.string() + R"("}]})");
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Process player({"ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-xerror",
                    "-err_detect", "explode", "-i", server.url("/live"), "-t", "3", "-af",
                    "asetpts=N/SR/TB", "-f", "s16le", "-y", "/dev/null"});
    EXPECT_EQ(player.wait(seconds{15}), 0) << player.errors();
    EXPECT_EQ(player.errors(), "");
}

TEST(DynamicStation, MountOutsideTheFileGoesLiveAndIsGoneAfterwards) {
    const Media sent = media(MediaKind::Mp3);
    TestServer server;
    LiveSource source(server.port(), {.mount = "/guest"});
    source.send(sent.bytes.substr(0, 100000));
    ASSERT_TRUE(eventually([&] { return server.on_air("/guest"); }));
    EXPECT_TRUE(joined(listen(server.port(), "/guest").wire.read_until_quiet(milliseconds{500}),
                       sent.bytes, sent.codec, 50000));
    source.close();
    EXPECT_TRUE(eventually([&] { return !server.on_air("/guest"); }));
}

TEST(DynamicStation, NeedsTheCommonCredentials) {
    TestServer server;
    EXPECT_EQ(try_login(server.port(), {.mount = "/guest", .password = "wrong"}).status(), 401);
}

TEST(DynamicStation, IsRefusedWhereTheyAreOff) {
    TestServer server(R"({"dynamic_stations": false})");
    EXPECT_THAT(try_login(server.port(), {.mount = "/guest"}).status(), AnyOf(403, 404));
    EXPECT_EQ(try_login(server.port(), {}).status(), 200);
}

TEST(DynamicStation, RingReturnsThirtySecondsAfterAllHaveLeft) {
    TestServer server(R"({"pool": {"size": "2MiB"}, "station_defaults": {"ring": "1MiB"}})");
    LiveSource first(server.port(), {.mount = "/first"});
    first.send(media(MediaKind::Mp3).bytes.substr(0, 50000));
    EXPECT_NE(try_login(server.port(), {.mount = "/second"}).status(), 200);
    first.close();
    const auto left = Clock::now();
    EXPECT_TRUE(eventually(
        [&] {
            std::this_thread::sleep_for(milliseconds{500});
            return try_login(server.port(), {.mount = "/second"}).status() == 200;
        },
        seconds{36}));
    EXPECT_GE(Clock::now() - left, seconds{29});
}

}  // namespace
}  // namespace ringcast::tests::e2e

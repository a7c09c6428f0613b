// SPDX-License-Identifier: Apache-2.0
// Real players: what they keep of a stream is a contiguous part of what was sent, and they show its
// titles.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/support/joined.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/paced_source.hpp"
#include "tests/support/tap_proxy.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;
using testing::HasSubstr;

constexpr std::size_t kEnough = 200000;

// A station with a title that is long on the air, at four times real time.
class Player : public testing::TestWithParam<MediaKind> {
  protected:
    void SetUp() override {
        ASSERT_TRUE(eventually([&] { return source.sent() > 80000; }));
    }

    [[nodiscard]] std::string kept() const { return read_file(server.file("kept")); }

    // Until the player has kept enough of it.
    void let_play(Process& player) {
        EXPECT_TRUE(eventually([&] { return kept().size() > kEnough; }, seconds{15}))
            << kept().size() << " bytes kept; " << player.output() << player.errors();
        player.interrupt();
    }

    const Media sent = media(GetParam());
    TestServer server;
    PacedSource source{server.port(), sent, 4, {.headers = {"ice-name: Player Test"}}};
};

INSTANTIATE_TEST_SUITE_P(Formats, Player,
                         testing::Values(MediaKind::Mp3, MediaKind::Aac, MediaKind::Vorbis,
                                         MediaKind::Opus, MediaKind::OggFlac, MediaKind::Flac,
                                         MediaKind::WebM),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(Player, CurlKeepsAContiguousPart) {
    Process curl({"curl", "-sS", "-o", server.file("kept").string(), "-N", server.url("/live")});
    let_play(curl);
    EXPECT_TRUE(joined(kept(), sent.bytes, sent.codec));
}

TEST_P(Player, FfmpegDecodesWithoutOneError) {
    Process ffmpeg({"ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-xerror",
                    "-err_detect", "explode", "-i", server.url("/live"), "-af", "asetpts=N/SR/TB",
                    "-t", "12", "-f", "s16le", "-y", server.file("pcm").string()});
    EXPECT_EQ(ffmpeg.wait(seconds{15}), 0) << ffmpeg.errors();
    EXPECT_EQ(ffmpeg.errors(), "");
    EXPECT_GT(read_file(server.file("pcm")).size(), 11U * 44100 * 4);
}

TEST_P(Player, MpvKeepsAContiguousPart) {
    Process mpv({"mpv", "--no-config", "--no-terminal",
                 "--stream-dump=" + server.file("kept").string(), server.url("/live")});
    let_play(mpv);
    EXPECT_TRUE(joined(kept(), sent.bytes, sent.codec));
}

TEST_P(Player, MpvDecodesWithoutOneError) {
    Process mpv({"mpv", "--no-config", "--ao=pcm", "--ao-pcm-file=" + server.file("pcm").string(),
                 "--untimed", "--length=8", "--msg-level=all=warn", server.url("/live")});
    EXPECT_EQ(mpv.wait(seconds{20}), 0) << mpv.output() << mpv.errors();
    EXPECT_THAT(mpv.output() + mpv.errors(), testing::Not(HasSubstr("rror")));
    EXPECT_GT(read_file(server.file("pcm")).size(), 5U * 44100 * 4);
}

TEST_P(Player, VlcKeepsAContiguousPart) {
    const TempDir home;
    TapProxy tap(server.port());
    Process vlc(
        {"cvlc", "-I", "dummy", "--no-interact", "--demux=dump", "--demuxdump-file",
         server.file("kept").string(), "http://127.0.0.1:" + std::to_string(tap.port()) + "/live"},
        {.unprivileged = true, .home = home.path().string()});
    let_play(vlc);
    EXPECT_TRUE(joined(kept(), sent.bytes, sent.codec));
}

TEST_P(Player, VlcDecodesInRealTime) {
    const TempDir home;
    Process vlc(
        {"cvlc", "-I", "dummy", "--no-interact", "--run-time=9", "--verbose=1", "--aout=afile",
         "--audiofile-file=" + server.file("wav").string(), server.url("/live"), "vlc://quit"},
        {.unprivileged = true, .home = home.path().string()});
    EXPECT_EQ(vlc.wait(seconds{20}), 0);
    EXPECT_GT(read_file(server.file("wav")).size(), 2U * 44100 * 4) << vlc.errors();
    EXPECT_THAT(vlc.errors(), testing::Not(HasSubstr("decoder error")));
}

// Titles arrive in the player: the first when it starts, the second while it plays.
class PlayerTitles : public testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(eventually([&] { return source.sent() > 10000; }));
        set_title("Played%20First");
        ASSERT_TRUE(eventually([&] { return source.sent() > 150000; }));
    }

    void set_title(const std::string& title) {
        EXPECT_EQ(get(server.port(), "/admin/metadata?mount=/live&mode=updinfo&song=" + title,
                      {basic_auth("source", "hackme")})
                      .status(),
                  200);
    }

    TestServer server;
    // VLC asks for titles only where a stream has a name.
    PacedSource source{
        server.port(), media(MediaKind::Mp3), 4, {.headers = {"ice-name: Player Test"}}};
};

TEST_F(PlayerTitles, ArriveInMpv) {
    Process mpv({"mpv", "--no-config", "--load-scripts=no", "--ao=null", "--length=10",
                 server.url("/live")});
    ASSERT_TRUE(eventually([&] { return server.listeners() == 1; }));
    set_title("Played%20Second");
    EXPECT_EQ(mpv.wait(seconds{20}), 0);
    EXPECT_THAT(mpv.output(), HasSubstr("icy-title: Played First"));
    EXPECT_THAT(mpv.output(), HasSubstr("icy-title: Played Second"));
}

TEST_F(PlayerTitles, ArriveInVlc) {
    const TempDir home;
    Process vlc({"cvlc", "-I", "dummy", "--no-interact", "-vv", "--aout=afile",
                 "--audiofile-file=/dev/null", server.url("/live")},
                {.unprivileged = true, .home = home.path().string()});
    const auto said = [&](const char* title) {
        return eventually([&] { return vlc.errors().find(title) != std::string::npos; });
    };
    EXPECT_TRUE(said("Played First")) << vlc.errors();
    set_title("Played%20Second");
    EXPECT_TRUE(said("Played Second")) << vlc.errors();
    vlc.interrupt();
}

TEST_F(PlayerTitles, ArriveInFfprobe) {
    const Finished probe = run({"ffprobe", "-hide_banner", "-loglevel", "error", "-icy", "1",
                                "-show_entries", "format_tags", server.url("/live")});
    EXPECT_EQ(probe.exit_code, 0) << probe.errors;
    EXPECT_THAT(probe.output, HasSubstr("TAG:StreamTitle=Played First"));
}

TEST_F(PlayerTitles, ArriveThroughCurlAtTheirPlaces) {
    Process curl({"curl", "-sS", "-N", "-D", server.file("head").string(), "-o",
                  server.file("kept").string(), "-H", "Icy-MetaData: 1", server.url("/live")});
    const auto size = [&] { return read_file(server.file("kept")).size(); };
    EXPECT_TRUE(eventually([&] { return size() > 50000; }));
    set_title("Played%20Second");
    EXPECT_TRUE(eventually([&] { return size() > kEnough; }, seconds{15}));
    curl.interrupt();
    const HttpReply reply{read_file(server.file("head")), ""};
    EXPECT_EQ(reply.header("icy-metaint"), "16000");
    const IcyStream stream = split_icy(read_file(server.file("kept")), 16000);
    EXPECT_EQ(stream.fault, "");
    EXPECT_TRUE(joined(stream.audio, media(MediaKind::Mp3).bytes, Codec::Mp3));
    ASSERT_EQ(stream.blocks.size(), 2U);
    EXPECT_EQ(stream.blocks[0].text, "StreamTitle='Played First';");
    EXPECT_EQ(stream.blocks[1].text, "StreamTitle='Played Second';");
}

}  // namespace
}  // namespace ringcast::tests::e2e

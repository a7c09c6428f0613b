// SPDX-License-Identifier: Apache-2.0
// Real encoders as sources: what they send through a recording tap is what a listener gets.
#include <gtest/gtest.h>

#include "tests/support/joined.hpp"
#include "tests/support/listener.hpp"
#include "tests/support/media.hpp"
#include "tests/support/programs.hpp"
#include "tests/support/tap_proxy.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;

constexpr milliseconds kQuiet{1500};  // longer than any delivery interval

// Waits until the encoder is on the air, listens until nothing more comes, returns the body.
std::string listen_to_the_end(const TestServer& server) {
    EXPECT_TRUE(eventually([&] { return server.on_air(); })) << "no source came";
    Listener listener = listen(server.port(), "/live");
    EXPECT_EQ(listener.reply.status(), 200) << listener.reply.head;
    return listener.wire.read_until_quiet(kQuiet);
}

// Listens for five seconds to an encoder that would go on, ends it, and checks all that came.
void listen_while_it_goes_on(const TestServer& server, const TapProxy& tap, Process& encoder,
                             const Media& sent) {
    Listener listener = listen(server.port(), "/live");
    std::string received = listener.wire.read_exactly(5 * sent.bytes_per_second());
    encoder.interrupt();
    received += listener.wire.read_until_quiet(kQuiet);
    EXPECT_TRUE(joined(received, tap.longest_request_body(), sent.codec));
    EXPECT_TRUE(decodes_without_error(received));
}

class Ffmpeg : public testing::TestWithParam<MediaKind> {};

INSTANTIATE_TEST_SUITE_P(Source, Ffmpeg,
                         testing::Values(MediaKind::Mp3, MediaKind::Aac, MediaKind::Vorbis,
                                         MediaKind::Opus, MediaKind::OggFlac, MediaKind::Flac,
                                         MediaKind::WebM),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(Ffmpeg, ListenerGetsAContiguousPartThatDecodes) {
    const Media sent = media(GetParam());
    TestServer server;
    TapProxy tap(server.port());
    Process encoder(ffmpeg_source(sent, {.port = tap.port()}));
    const std::string received = listen_to_the_end(server);
    EXPECT_EQ(encoder.wait(kPatience), 0) << encoder.errors();
    const std::string body = tap.longest_request_body();
    EXPECT_TRUE(joined(received, body, sent.codec, body.size() / 4));
    EXPECT_TRUE(decodes_without_error(received));
}

TEST(FfmpegSource, LegacySourceMethodIsLetIn) {
    const Media sent = media(MediaKind::Mp3);
    TestServer server;
    TapProxy tap(server.port());
    Process encoder(ffmpeg_source(sent, {.port = tap.port(), .options = {"-legacy_icecast", "1"}}));
    const std::string received = listen_to_the_end(server);
    EXPECT_EQ(encoder.wait(kPatience), 0) << encoder.errors();
    EXPECT_EQ(tap.conversations().at(0).client.substr(0, 7), "SOURCE ");
    EXPECT_TRUE(joined(received, tap.longest_request_body(), sent.codec, 100000));
}

TEST(FfmpegSource, NameAndTypeShowInTheStatus) {
    TestServer server;
    Process encoder(ffmpeg_source(media(MediaKind::Mp3), {.port = server.port()}));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    EXPECT_EQ(server.source().at("server_name"), "From ffmpeg");
    EXPECT_EQ(server.source().at("server_type"), "audio/mpeg");
    encoder.interrupt();
}

// ezstream speaks through libshout: probes, a refused login, then the real one.
class Ezstream : public testing::TestWithParam<std::pair<MediaKind, const char*>> {};

INSTANTIATE_TEST_SUITE_P(Source, Ezstream,
                         testing::Values(std::pair{MediaKind::Mp3, "MP3"},
                                         std::pair{MediaKind::Vorbis, "Ogg"}),
                         [](const auto& tested) { return name_of(tested.param.first); });

TEST_P(Ezstream, ListenerGetsAContiguousPartThatDecodes) {
    const Media sent = media(GetParam().first);
    TestServer server;
    TapProxy tap(server.port());
    write_file(server.file("ezstream.xml"), ezstream_config(sent, GetParam().second, tap.port()));
    std::filesystem::permissions(server.file("ezstream.xml"), std::filesystem::perms::owner_read);
    Process encoder({"ezstream", "-c", server.file("ezstream.xml").string()});
    ASSERT_TRUE(eventually([&] { return server.on_air(); })) << encoder.errors();
    EXPECT_EQ(server.source().at("server_name"), "From ezstream");
    listen_while_it_goes_on(server, tap, encoder, sent);
}

// Liquidsoap encodes by itself and names its tracks: by requests for MP3, in the stream for Ogg.
class Liquidsoap : public testing::TestWithParam<std::pair<MediaKind, const char*>> {};

INSTANTIATE_TEST_SUITE_P(Source, Liquidsoap,
                         testing::Values(std::pair{MediaKind::Mp3, "mp3"},
                                         std::pair{MediaKind::Vorbis, "vorbis"}),
                         [](const auto& tested) { return name_of(tested.param.first); });

TEST_P(Liquidsoap, ListenerGetsAContiguousPartThatDecodesAndTheTitleArrives) {
    const Media sent = media(GetParam().first);
    TestServer server;
    TapProxy tap(server.port());
    write_file(server.file("radio.liq"), liquidsoap_script(sent, GetParam().second, tap.port()));
    Process encoder({"liquidsoap", server.file("radio.liq").string()});
    // It compiles its library first, which is seconds of work.
    ASSERT_TRUE(eventually([&] { return server.on_air(); }, seconds{45})) << encoder.output();
    EXPECT_EQ(server.source().at("server_name"), "From Liquidsoap");
    EXPECT_TRUE(eventually([&] { return server.title() == "Liquid - Soap"; })) << server.title();
    listen_while_it_goes_on(server, tap, encoder, sent);
}

TEST(CurlSource, FileWithLengthPlaysAndIsAnsweredAtItsEnd) {
    const Media sent = media(MediaKind::Mp3);
    TestServer server;
    Process curl({"curl", "-sS", "-T", sent.path.string(), "-u", "source:hackme", "-H",
                  "Content-Type: audio/mpeg", "--limit-rate", "80k", "-w", "%{http_code}",
                  server.url("/live")});
    const std::string received = listen_to_the_end(server);
    EXPECT_EQ(curl.wait(kPatience), 0) << curl.errors();
    EXPECT_TRUE(curl.output().ends_with("200")) << curl.output();
    EXPECT_TRUE(joined(received, sent.bytes, sent.codec, sent.bytes.size() / 2));
}

TEST(CurlSource, ChunkFramingIsTakenOut) {
    const Media sent = media(MediaKind::Aac);
    TestServer server;
    TapProxy tap(server.port());
    Process curl({"curl", "-sS", "-T", "-", "-u", "source:hackme", "-H", "Content-Type: audio/aac",
                  "--limit-rate", "80k", "-w", "%{http_code}",
                  "http://127.0.0.1:" + std::to_string(tap.port()) + "/live"},
                 {.input = sent.bytes});
    const std::string received = listen_to_the_end(server);
    EXPECT_EQ(curl.wait(kPatience), 0) << curl.errors();
    EXPECT_TRUE(curl.output().ends_with("200")) << curl.output();
    EXPECT_NE(tap.conversations().at(0).client.find("Transfer-Encoding: chunked"),
              std::string::npos);
    EXPECT_TRUE(joined(received, sent.bytes, sent.codec, sent.bytes.size() / 2));
}

}  // namespace
}  // namespace ringcast::tests::e2e

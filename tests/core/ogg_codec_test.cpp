// SPDX-License-Identifier: Apache-2.0
#include "core/framing/ogg_codec.hpp"

#include <gtest/gtest.h>

#include "tests/support/ogg_builder.hpp"

namespace ringcast::core::framing {
namespace {

using namespace tests;  // the builders are half of every line here

TEST(OggCodec, FirstPacketsSayWhatTheStreamIs) {
    const auto vorbis = ogg_stream_info(vorbis_head({.sample_rate = 48000, .bitrate = 192000}));
    EXPECT_EQ(vorbis.codec, OggCodec::Vorbis);
    EXPECT_EQ(vorbis.header_packets, 3U);
    EXPECT_EQ(vorbis.sample_rate, 48000U);
    EXPECT_EQ(vorbis.channels, 2U);
    EXPECT_EQ(vorbis.bitrate, 192000U);
    EXPECT_EQ(vorbis.packet_samples_max, 1024U);
    const auto opus = ogg_stream_info(opus_head(3840, 1));
    EXPECT_EQ(opus.codec, OggCodec::Opus);
    EXPECT_EQ(opus.header_packets, 2U);
    EXPECT_EQ(opus.sample_rate, 48000U);
    EXPECT_EQ(opus.channels, 1U);
    EXPECT_EQ(opus.pre_skip, 3840U);
    const auto flac = ogg_stream_info(ogg_flac_head(3, 96000));
    EXPECT_EQ(flac.codec, OggCodec::Flac);
    EXPECT_EQ(flac.header_packets, 4U);
    EXPECT_EQ(flac.sample_rate, 96000U);
    EXPECT_EQ(flac.channels, 2U);
    EXPECT_EQ(flac.packet_samples_max, 4096U);
    const auto speex = ogg_stream_info(speex_head({.frames_per_packet = 2, .extra_headers = 1}));
    EXPECT_EQ(speex.codec, OggCodec::Speex);
    EXPECT_EQ(speex.header_packets, 3U);
    EXPECT_EQ(speex.sample_rate, 16000U);
    EXPECT_EQ(speex.channels, 1U);
    EXPECT_EQ(speex.bitrate, 0U);
    EXPECT_EQ(speex.packet_samples_max, 640U);
}

TEST(OggCodec, FirstPacketsThatAreCutShortAreOfNoCodec) {
    for (const Bytes& whole : {vorbis_head(), opus_head(), ogg_flac_head(1), speex_head()}) {
        ASSERT_NE(ogg_stream_info(whole).codec, OggCodec::Other);
        for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
            const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(bytes));
            EXPECT_EQ(ogg_stream_info(cut).codec, OggCodec::Other) << bytes;
        }
    }
}

TEST(OggCodec, RatesThatNoAudioHasAreNotRates) {
    EXPECT_EQ(ogg_stream_info(vorbis_head({.sample_rate = 0})).sample_rate, 0U);
    EXPECT_EQ(ogg_stream_info(vorbis_head({.sample_rate = 1})).sample_rate, 0U);
    EXPECT_EQ(ogg_stream_info(vorbis_head({.sample_rate = 0xFFFFFFFF})).sample_rate, 0U);
    EXPECT_EQ(ogg_stream_info(speex_head({.sample_rate = 7})).sample_rate, 0U);
}

TEST(OggCodec, SpeexPacketsOfImpossibleLengthAreBounded) {
    const auto stream =
        ogg_stream_info(speex_head({.frame_samples = 0xFFFFFFFF, .frames_per_packet = 0xFFFFFFFF}));
    EXPECT_EQ(stream.packet_samples_max, 65535U);
}

TEST(OggCodec, OpusPacketsLastAsLongAsRfc6716Says) {
    const auto stream = ogg_stream_info(opus_head());
    const auto samples = [&stream](unsigned config, unsigned code, unsigned count = 0) {
        const Bytes packet{static_cast<std::byte>(config << 3 | code),
                           static_cast<std::byte>(count), std::byte{0}};
        return ogg_packet_samples(stream, packet);
    };
    constexpr std::array kFrameSamplesOfConfig{480U, 960U, 1920U, 2880U, 480U, 960U, 1920U, 2880U,
                                               480U, 960U, 1920U, 2880U, 480U, 960U, 480U,  960U,
                                               120U, 240U, 480U,  960U,  120U, 240U, 480U,  960U,
                                               120U, 240U, 480U,  960U,  120U, 240U, 480U,  960U};
    for (unsigned config = 0; config < 32; ++config) {
        const unsigned frame = kFrameSamplesOfConfig[config];
        EXPECT_EQ(samples(config, 0), frame) << config;
        EXPECT_EQ(samples(config, 1), 2 * frame) << config;
        EXPECT_EQ(samples(config, 2), 2 * frame) << config;
        EXPECT_EQ(samples(config, 3, 2), 2 * frame) << config;
        EXPECT_EQ(samples(config, 3, 0), 0U) << config;
        EXPECT_LE(samples(config, 3, 63), 5760U) << config;
    }
    EXPECT_EQ(samples(16, 3, 0xC0 | 48), 5760U) << "padding and VBR bits are no frames";
    EXPECT_EQ(ogg_packet_samples(stream, {}), 0U);
    EXPECT_EQ(ogg_packet_samples(stream, Bytes{std::byte{3}}), 0U);
}

TEST(OggCodec, CommentsAreFoundBehindTheirSignature) {
    const auto at = [](const Bytes& head, const Bytes& packet) {
        return ogg_comment_at(ogg_stream_info(head), packet);
    };
    EXPECT_EQ(at(vorbis_head(), vorbis_tags()), 7U);
    EXPECT_EQ(at(vorbis_head(), vorbis_setup()), std::nullopt);
    EXPECT_EQ(at(opus_head(), opus_tags()), 8U);
    EXPECT_EQ(at(opus_head(), {}), std::nullopt);
    EXPECT_EQ(at(ogg_flac_head(1), flac_block({.type = 4, .body = {}})), 4U);
    EXPECT_EQ(at(ogg_flac_head(1), flac_block({.type = 4, .last = true, .body = {}})), 4U);
    EXPECT_EQ(at(ogg_flac_head(1), flac_block({.type = 6, .body = {}})), std::nullopt);
    EXPECT_EQ(at(speex_head(), vorbis_comment({})), 0U);
    EXPECT_EQ(at(bytes_of("\x80theora"), bytes_of("\x81theora")), std::nullopt);
}

}  // namespace
}  // namespace ringcast::core::framing

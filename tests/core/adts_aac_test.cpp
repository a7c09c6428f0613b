// SPDX-License-Identifier: Apache-2.0
#include "core/framing/adts_aac.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/audio_builder.hpp"
#include "tests/support/scan_units.hpp"

namespace ringcast::core::framing {
namespace {

using namespace tests;  // the builders are half of every line here
using Kind = ScanUnit::Kind;

constexpr std::uint32_t kSeed = 1187;

/// Frames of differing lengths, as AAC encoders make them.
Bytes adts_stream(AdtsFrame frame, int count, std::mt19937& random) {
    Bytes stream;
    for (int i = 0; i < count; ++i) {
        frame.payload_bytes = 10 + random() % 300;
        append(stream, adts_frame(frame, random));
    }
    return stream;
}

std::vector<FoundUnit> units_of(const Bytes& stream) {
    return scan_whole(*make_adts_scanner(), stream);
}

TEST(AdtsAac, FramesOfEverySampleRateAreFoundAndLast1024Samples) {
    SCOPED_TRACE(kSeed);
    constexpr std::array<std::uint64_t, 13> kRates{96000, 88200, 64000, 48000, 44100, 32000, 24000,
                                                   22050, 16000, 12000, 11025, 8000,  7350};
    std::mt19937 random(kSeed);
    for (std::size_t rate = 0; rate < kRates.size(); ++rate) {
        const auto scanner = make_adts_scanner();
        const auto units = scan_whole(
            *scanner, adts_stream({.sample_rate_index = static_cast<int>(rate)}, 100, random));
        ASSERT_EQ(units.size(), 100U);
        std::uint64_t sum_us = 0;
        for (const auto& unit : units) {
            EXPECT_EQ(unit.kind, Kind::Frame);
            EXPECT_TRUE(unit.sync);
            sum_us += unit.duration_us;
        }
        EXPECT_EQ(sum_us, 100ULL * 1024 * 1'000'000 / kRates[rate]);
        EXPECT_EQ(scanner->format().sample_rate, kRates[rate]);
    }
}

TEST(AdtsAac, FormatSaysWhatTheHeaderSays) {
    std::mt19937 random(kSeed);
    for (const int channels : {0, 1, 2, 6, 7}) {
        const auto scanner = make_adts_scanner();
        (void)scan_whole(*scanner, adts_stream({.channels = channels}, 4, random));
        EXPECT_EQ(scanner->format().codec, "AAC");
        EXPECT_EQ(scanner->format().channels, channels == 7 ? 8U : static_cast<unsigned>(channels));
        EXPECT_EQ(scanner->format().bitrate, 0U);
    }
}

TEST(AdtsAac, ChecksumsMpeg2AndSeveralBlocksAreFramed) {
    std::mt19937 random(kSeed);
    const auto units =
        units_of(adts_stream({.blocks = 3, .checksum = true, .mpeg2 = true}, 10, random));
    ASSERT_EQ(units.size(), 10U);
    EXPECT_EQ(units[0].duration_us, 3ULL * 1024 * 1'000'000 / 44100);
}

TEST(AdtsAac, LengthsShorterThanTheHeaderAreNotFrames) {
    std::mt19937 random(kSeed);
    const auto parse = [](Bytes frame, unsigned length) {
        frame[3] &= std::byte{0xFC};
        frame[4] = static_cast<std::byte>(length >> 3);
        frame[5] = static_cast<std::byte>((length & 7) << 5);
        return parse_adts_header(frame).has_value();
    };
    const Bytes plain = adts_frame({}, random);
    const Bytes with_checksum = adts_frame({.checksum = true}, random);
    EXPECT_FALSE(parse(plain, 0));
    EXPECT_FALSE(parse(plain, 6));
    EXPECT_TRUE(parse(plain, 7));
    EXPECT_FALSE(parse(with_checksum, 8));
    EXPECT_TRUE(parse(with_checksum, 9));
}

TEST(AdtsAac, ForbiddenSampleRatesAndMpegAudioAreNotFrames) {
    std::mt19937 random(kSeed);
    for (const int rate : {13, 14, 15}) {
        EXPECT_FALSE(parse_adts_header(adts_frame({.sample_rate_index = rate}, random)));
    }
    EXPECT_FALSE(parse_adts_header(mp3_frame({}, random)));
}

TEST(AdtsAac, TheLongestFramesAreFound) {
    std::mt19937 random(kSeed);
    Bytes stream;
    for (int i = 0; i < 4; ++i) {
        append(stream, adts_frame({.payload_bytes = 8191 - 7}, random));
    }
    const auto units = units_of(stream);
    ASSERT_EQ(units.size(), 4U);
    EXPECT_EQ(units[3].bytes, 8191U);
}

TEST(AdtsAac, TagsAndJunkBeforeFramesAreJunk) {
    std::mt19937 random(kSeed);
    Bytes stream = id3v2_tag(1000, false, random);
    append(stream, payload_with_false_syncs(3000, random));
    const std::size_t junk_bytes = stream.size();
    append(stream, adts_stream({}, 10, random));
    const auto units = units_of(stream);
    ASSERT_EQ(units.size(), 11U);
    EXPECT_EQ(units[0].kind, Kind::Junk);
    EXPECT_EQ(units[0].bytes, junk_bytes);
}

TEST(AdtsAac, UnitsDoNotDependOnHowTheStreamIsSplit) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    Bytes stream = payload_with_false_syncs(100, random);
    append(stream, adts_stream({}, 40, random));
    append(stream, id3v2_tag(100, true, random));
    append(stream, adts_stream({.channels = 1, .checksum = true}, 40, random));
    const auto expected = units_of(stream);
    ASSERT_EQ(only(Kind::Frame, expected).size(), 80U);
    for (std::size_t split = 1; split < stream.size(); ++split) {
        bool first = true;
        const auto chunks = [&] { return std::exchange(first, false) ? split : stream.size(); };
        ASSERT_EQ(scan_in_chunks(*make_adts_scanner(), stream, chunks), expected) << split;
    }
    for (int round = 0; round < 100; ++round) {
        ASSERT_EQ(scan_in_chunks(*make_adts_scanner(), stream, random_chunks(random)), expected);
    }
}

}  // namespace
}  // namespace ringcast::core::framing

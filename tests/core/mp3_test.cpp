// SPDX-License-Identifier: Apache-2.0
#include "core/framing/mp3.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

#include "tests/support/audio_builder.hpp"
#include "tests/support/scan_units.hpp"

namespace ringcast::core::framing {
namespace {

using namespace tests;  // the builders are half of every line here
using Kind = ScanUnit::Kind;

constexpr std::uint32_t kSeed = 4711;

/// Frames of one stream with the padding that keeps the bitrate, as encoders make them.
Bytes mp3_stream(Mp3Frame frame, int count, std::mt19937& random) {
    Bytes stream;
    for (int i = 0; i < count; ++i) {
        frame.padding = i % 3 != 0;
        append(stream, mp3_frame(frame, random));
    }
    return stream;
}

std::vector<std::size_t> sizes_of_frames(const std::vector<FoundUnit>& units) {
    std::vector<std::size_t> sizes;
    for (const auto& unit : only(Kind::Frame, units)) {
        sizes.push_back(unit.bytes);
    }
    return sizes;
}

std::vector<FoundUnit> units_of(const Bytes& stream) {
    return scan_whole(*make_mp3_scanner(), stream);
}

TEST(Mp3, FrameLengthsAreThoseOfTheStandard) {
    const auto bytes_of_header = [](std::uint32_t word) {
        std::array<std::byte, 4> bytes{};
        for (std::size_t i = 0; i < 4; ++i) {
            bytes[i] = static_cast<std::byte>(word >> (24 - 8 * i) & 0xFF);
        }
        const auto frame = parse_mp3_header(bytes);
        return frame ? frame->bytes : 0U;
    };
    EXPECT_EQ(bytes_of_header(0xFFFB9064), 417U);   // MPEG-1 III, 128k, 44.1k
    EXPECT_EQ(bytes_of_header(0xFFFB9264), 418U);   // the same, padded
    EXPECT_EQ(bytes_of_header(0xFFFBE064), 1044U);  // 320k
    EXPECT_EQ(bytes_of_header(0xFFF380C4), 208U);   // MPEG-2 III, 64k, 22.05k
    EXPECT_EQ(bytes_of_header(0xFFE318C4), 72U);    // MPEG-2.5 III, 8k, 8k
    EXPECT_EQ(bytes_of_header(0xFFFDC404), 768U);   // MPEG-1 II, 256k, 48k
    EXPECT_EQ(bytes_of_header(0xFFFFC404), 384U);   // MPEG-1 I, 384k, 48k
}

TEST(Mp3, EveryVersionLayerBitrateAndRateIsFramed) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    for (const auto version : {MpegVersion::Mpeg1, MpegVersion::Mpeg2, MpegVersion::Mpeg25}) {
        for (const int layer : {1, 2, 3}) {
            for (const int kbps : mp3_bitrates(version, layer)) {
                for (const int rate : mp3_sample_rates(version)) {
                    const Mp3Frame frame{
                        .version = version, .layer = layer, .kbps = kbps, .sample_rate = rate};
                    const auto scanner = make_mp3_scanner();
                    const auto units = scan_whole(*scanner, mp3_stream(frame, 4, random));
                    auto padded = frame;
                    padded.padding = true;
                    const std::size_t plain_bytes = mp3_frame_bytes(frame);
                    const std::size_t padded_bytes = mp3_frame_bytes(padded);
                    ASSERT_EQ(sizes_of_frames(units),
                              (std::vector{plain_bytes, padded_bytes, padded_bytes, plain_bytes}))
                        << "layer " << layer << ", " << kbps << " kbit/s, " << rate << " Hz";
                    EXPECT_EQ(scanner->format().bitrate, static_cast<std::uint32_t>(kbps) * 1000);
                    EXPECT_EQ(scanner->format().sample_rate, static_cast<std::uint32_t>(rate));
                }
            }
        }
    }
}

TEST(Mp3, DurationsSumToTheSamplesWithoutDrift) {
    std::mt19937 random(kSeed);
    const auto units = units_of(mp3_stream({}, 1000, random));
    std::uint64_t sum_us = 0;
    for (const auto& unit : units) {
        sum_us += unit.duration_us;
        EXPECT_TRUE(unit.sync);
    }
    EXPECT_EQ(units.size(), 1000U);
    EXPECT_EQ(sum_us, 1000ULL * 1152 * 1'000'000 / 44100);
}

TEST(Mp3, AFrameIsReturnedWithItsLastByteOnceLocked) {
    std::mt19937 random(kSeed);
    const Bytes stream = mp3_stream({}, 4, random);
    const auto scanner = make_mp3_scanner();
    std::size_t begin = 0;
    for (int i = 0; i < 3; ++i) {
        begin += scanner->next(std::span(stream).subspan(begin)).bytes;
    }
    const auto last = std::span(stream).subspan(begin);
    EXPECT_EQ(scanner->next(last.first(last.size() - 1)).kind, Kind::NeedMore);
    EXPECT_EQ(scanner->next(last).kind, Kind::Frame);
}

TEST(Mp3, AHeaderWithoutTwoOfItsStreamBehindItIsNotBelieved) {
    std::mt19937 random(kSeed);
    Bytes stream = mp3_stream({}, 2, random);
    append(stream, payload_without_syncs(500, random));
    append(stream, mp3_frame({.sample_rate = 48000}, random));
    append(stream, payload_without_syncs(500, random));
    const std::size_t junk = stream.size();
    append(stream, mp3_stream({}, 3, random));
    const auto units = units_of(stream);
    ASSERT_EQ(units.size(), 4U);
    EXPECT_EQ(units[0].kind, Kind::Junk);
    EXPECT_EQ(units[0].bytes, junk);
}

TEST(Mp3, LostBytesCostOnlyTheFramesThatTheyHit) {
    std::mt19937 random(kSeed);
    const Bytes whole = mp3_stream({}, 10, random);
    const Bytes frame = mp3_frame({}, random);
    Bytes stream = whole;
    stream.insert(stream.end(), frame.begin() + 100, frame.end());
    append(stream, whole);
    const auto units = units_of(stream);
    ASSERT_EQ(units.size(), 21U);
    EXPECT_EQ(units[10].kind, Kind::Junk);
    EXPECT_EQ(units[10].offset, whole.size());
    EXPECT_EQ(units[10].bytes, frame.size() - 100);
}

TEST(Mp3, TagsAreJunkWhateverStandsInThem) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    Bytes id3v1 = bytes_of("TAG");
    append(id3v1, payload_without_syncs(125, random));
    Bytes frames_in_tag = id3v2_tag(2000, true, random);
    const Bytes frames = mp3_stream({}, 4, random);
    std::copy(frames.begin(), frames.end(), frames_in_tag.begin() + 20);
    for (const Bytes& tag : {id3v1, id3v2_tag(300, false, random), id3v2_tag(0, true, random),
                             frames_in_tag, ape_tag(500, random)}) {
        Bytes stream = tag;
        append(stream, frames);
        append(stream, tag);
        append(stream, frames);
        const auto units = units_of(stream);
        ASSERT_EQ(units.size(), 10U);
        EXPECT_EQ(units[0].kind, Kind::Junk);
        EXPECT_EQ(units[0].bytes, tag.size());
        EXPECT_EQ(units[5].kind, Kind::Junk);
        EXPECT_EQ(units[5].bytes, tag.size());
    }
}

TEST(Mp3, LargeTagsPassInPieces) {
    std::mt19937 random(kSeed);
    Bytes stream = id3v2_tag(3'000'000, false, random);
    const std::size_t tag_bytes = stream.size();
    append(stream, mp3_stream({}, 4, random));
    const auto scanner = make_mp3_scanner();
    EXPECT_EQ(scanner->next(std::span(stream).first(20)).bytes, 20U);
    EXPECT_EQ(scanner->next(std::span(stream).subspan(20)).bytes, kUnitBytesMax);
    const auto units = units_of(stream);
    ASSERT_EQ(units.size(), 5U);
    EXPECT_EQ(units[0].bytes, tag_bytes);
}

TEST(Mp3, JunkIsNotHeldBackForWhatCannotBegin) {
    const auto scanner = make_mp3_scanner();
    EXPECT_EQ(scanner->next(bytes_of("x")).kind, Kind::Junk);
    EXPECT_EQ(scanner->next(bytes_of("\xFF")).kind, Kind::NeedMore);
    EXPECT_EQ(scanner->next(bytes_of("I")).kind, Kind::NeedMore);
    EXPECT_EQ(scanner->next(bytes_of("xyI")).bytes, 2U);
}

TEST(Mp3, FreeFormatAndForbiddenHeadersAreNotFrames) {
    for (const std::string_view header :
         {std::string_view("\xFF\xFB\x00\x64", 4), std::string_view("\xFF\xFB\xF0\x64"),
          std::string_view("\xFF\xFB\x9C\x64"), std::string_view("\xFF\xF9\x90\x64"),
          std::string_view("\xFF\xEB\x90\x64"), std::string_view("\xFF\xDB\x90\x64")}) {
        EXPECT_FALSE(parse_mp3_header(bytes_of(header)));
    }
}

TEST(Mp3, AnotherSampleRateIsAnotherStreamOnTheSamePlace) {
    std::mt19937 random(kSeed);
    Bytes stream = mp3_stream({}, 5, random);
    append(stream, mp3_stream({.kbps = 64, .sample_rate = 48000, .mono = true}, 5, random));
    const auto scanner = make_mp3_scanner();
    const auto units = scan_whole(*scanner, stream);
    EXPECT_EQ(only(Kind::Frame, units).size(), 10U);
    EXPECT_EQ(units.size(), 10U);
    EXPECT_EQ(scanner->format().codec, "MP3");
    EXPECT_EQ(scanner->format().sample_rate, 48000U);
    EXPECT_EQ(scanner->format().channels, 1U);
    EXPECT_EQ(scanner->format().bitrate, 64000U);
}

TEST(Mp3, ABitrateThatVariesIsNotSaid) {
    std::mt19937 random(kSeed);
    Bytes stream = mp3_frame({.kbps = 64}, random);  // an info frame may have a bitrate of its own
    append(stream, mp3_stream({.kbps = 192}, 3, random));
    const auto scanner = make_mp3_scanner();
    EXPECT_EQ(scanner->format().codec, "");
    (void)scan_whole(*scanner, stream);
    EXPECT_EQ(scanner->format().bitrate, 192000U);
    (void)scan_whole(*scanner, mp3_frame({.kbps = 160}, random));
    EXPECT_EQ(scanner->format().bitrate, 0U);
    (void)scan_whole(*scanner, mp3_stream({.kbps = 192}, 3, random));
    EXPECT_EQ(scanner->format().bitrate, 0U);
}

TEST(Mp3, UnitsDoNotDependOnHowTheStreamIsSplit) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    Bytes stream = payload_with_false_syncs(200, random);
    append(stream, id3v2_tag(100, true, random));
    append(stream, mp3_stream({.kbps = 32}, 4, random));
    append(stream, ape_tag(50, random));
    append(stream, mp3_stream({.kbps = 40}, 4, random));
    const auto expected = units_of(stream);
    ASSERT_EQ(only(Kind::Frame, expected).size(), 8U);
    for (std::size_t split = 1; split < stream.size(); ++split) {
        bool first = true;
        const auto chunks = [&] { return std::exchange(first, false) ? split : stream.size(); };
        ASSERT_EQ(scan_in_chunks(*make_mp3_scanner(), stream, chunks), expected) << split;
    }
    ASSERT_EQ(scan_in_chunks(*make_mp3_scanner(), stream, [] { return 1; }), expected);
}

TEST(Mp3, UnitsOfRandomStreamsDoNotDependOnHowTheyAreSplit) {
    for (std::uint32_t seed = kSeed; seed < kSeed + 100; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        Bytes stream;
        while (stream.size() < 30'000) {
            switch (random() % 4) {
                case 0:
                    append(stream, payload_with_false_syncs(random() % 3000, random));
                    break;
                case 1:
                    append(stream, id3v2_tag(random() % 3000, random() % 2 == 0, random));
                    break;
                case 2:
                    append(stream, mp3_stream({.layer = 2}, 3, random));
                    break;
                default:
                    append(stream, mp3_stream({}, static_cast<int>(random() % 20), random));
            }
        }
        ASSERT_EQ(scan_in_chunks(*make_mp3_scanner(), stream, random_chunks(random)),
                  units_of(stream));
    }
}

}  // namespace
}  // namespace ringcast::core::framing

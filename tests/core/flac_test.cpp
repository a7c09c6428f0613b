// SPDX-License-Identifier: Apache-2.0
#include "core/framing/flac.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string_view>
#include <utility>

#include "core/framing/crc.hpp"
#include "tests/support/audio_builder.hpp"
#include "tests/support/scan_units.hpp"

namespace ringcast::core::framing {
namespace {

using namespace tests;  // the builders are half of every line here
using Kind = ScanUnit::Kind;

constexpr std::uint32_t kSeed = 9639;

struct FlacStream {
    Bytes bytes;
    std::vector<std::size_t> frame_bytes{};

    void add(const Bytes& frame) {
        append(bytes, frame);
        frame_bytes.push_back(frame.size());
    }
    void add_frames(std::uint32_t count, std::mt19937& random) {
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::size_t payload_bytes = 20 + random() % 2000;
            add(flac_frame({.number = 120 + i, .payload_bytes = payload_bytes}, random));
        }
    }
    /// The header of a frame that is not there: it ends the last one.
    void add_end() { append(bytes, flac_frame_header({.number = 7})); }
};

std::vector<FoundUnit> units_of(const Bytes& stream) {
    FlacScanner scanner;
    return scan_whole(scanner, stream);
}

std::vector<std::size_t> sizes_of_frames(const std::vector<FoundUnit>& units) {
    std::vector<std::size_t> sizes;
    for (const auto& unit : only(Kind::Frame, units)) {
        sizes.push_back(unit.bytes);
    }
    return sizes;
}

/// What a listener is sent first: the Header units, as the scanner completes them.
Bytes headers_of(const Bytes& stream) {
    FlacScanner scanner;
    Bytes headers;
    for (const auto& unit : only(Kind::Header, scan_whole(scanner, stream))) {
        const auto at = stream.begin() + static_cast<std::ptrdiff_t>(unit.offset);
        headers.insert(headers.end(), at, at + static_cast<std::ptrdiff_t>(unit.bytes));
    }
    scanner.complete_headers(headers);
    return headers;
}

/// Reads metadata as a decoder does; true when it ends, by its own word, with the last byte.
bool metadata_ends_with(const Bytes& headers) {
    std::size_t at = 4;
    for (bool last = false; !last;) {
        if (at + 4 > headers.size()) {
            return false;
        }
        const auto byte = [&](std::size_t i) {
            return std::to_integer<std::size_t>(headers[at + i]);
        };
        last = (byte(0) & 0x80) != 0;
        at += 4 + (byte(1) << 16 | byte(2) << 8 | byte(3));
    }
    return at == headers.size();
}

TEST(Flac, MetadataBlocksAreHeadersOfOneChain) {
    std::mt19937 random(kSeed);
    Bytes stream = flac_marker_and_stream_info(48000, 2, false);
    append(stream, flac_block({.type = 4, .body = vorbis_comment({"TITLE=a"})}));
    append(stream, flac_block({.type = 1, .last = true, .body = Bytes(100)}));
    FlacScanner scanner;
    const auto units = scan_whole(scanner, stream);
    ASSERT_EQ(units.size(), 3U);
    for (const auto& unit : units) {
        EXPECT_EQ(unit.kind, Kind::Header);
        EXPECT_EQ(unit.chain_start, unit.offset == 0);
    }
    EXPECT_EQ(scanner.format().codec, "FLAC");
    EXPECT_EQ(scanner.format().sample_rate, 48000U);
    EXPECT_EQ(scanner.format().channels, 2U);
    EXPECT_EQ(scanner.format().bitrate, 0U);
}

TEST(Flac, FramesEndWhereTheirChecksumIsRightAndAnotherBegins) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    FlacStream stream{.bytes = flac_marker_and_stream_info(44100, 2, true)};
    stream.add_frames(1000, random);
    stream.add_end();
    const auto units = units_of(stream.bytes);
    EXPECT_EQ(sizes_of_frames(units), stream.frame_bytes);
    EXPECT_EQ(only(Kind::Junk, units).size(), 0U);
    std::uint64_t sum_us = 0;
    for (const auto& unit : units) {
        sum_us += unit.duration_us;
        EXPECT_EQ(unit.sync, unit.kind == Kind::Frame);
    }
    EXPECT_EQ(sum_us, 1000ULL * 4096 * 1'000'000 / 44100);
}

TEST(Flac, HeadersInsideAFrameDoNotSplitIt) {
    std::mt19937 random(kSeed);
    FlacStream stream{.bytes = flac_marker_and_stream_info(44100, 2, true)};
    for (std::uint32_t i = 0; i < 20; ++i) {
        Bytes payload;
        for (std::uint32_t n = 0; n <= i; ++n) {
            append(payload, payload_with_false_syncs(random() % 50, random));
            append(payload, flac_frame_header({.number = i + n}));
        }
        stream.add(flac_frame({.number = i}, random, payload));
    }
    stream.add_end();
    const auto units = units_of(stream.bytes);
    EXPECT_EQ(sizes_of_frames(units), stream.frame_bytes);
    EXPECT_EQ(only(Kind::Junk, units).size(), 0U);
}

TEST(Flac, ADamagedFrameCostsItselfOnly) {
    std::mt19937 random(kSeed);
    FlacStream stream{.bytes = flac_marker_and_stream_info(44100, 2, true)};
    stream.add_frames(10, random);
    const Bytes before = stream.bytes;
    const Bytes damaged = flac_frame({.payload_bytes = 900}, random);
    append(stream.bytes, Bytes(damaged.begin(), damaged.end() - 300));
    const std::size_t damaged_bytes = stream.bytes.size() - before.size();
    stream.add_frames(10, random);
    stream.add_end();
    const auto units = units_of(stream.bytes);
    EXPECT_EQ(sizes_of_frames(units), stream.frame_bytes);
    const auto junk = only(Kind::Junk, units);
    ASSERT_EQ(junk.size(), 1U);
    EXPECT_EQ(junk[0].offset, before.size());
    EXPECT_EQ(junk[0].bytes, damaged_bytes);
}

TEST(Flac, AfterJunkWithoutAnyHeaderFramesAreFoundAgain) {
    std::mt19937 random(kSeed);
    FlacStream stream{.bytes = flac_frame_header({})};
    append(stream.bytes, payload_without_syncs(3 * kUnitBytesMax, random));
    const std::size_t junk_bytes = stream.bytes.size();
    stream.add_frames(10, random);
    stream.add_end();
    const auto units = units_of(stream.bytes);
    EXPECT_EQ(sizes_of_frames(units), stream.frame_bytes);
    EXPECT_EQ(units[0].kind, Kind::Junk);
    EXPECT_EQ(units[0].bytes, junk_bytes);
}

TEST(Flac, FramesUpToTheLongestAreFoundAndLongerOnesAreJunk) {
    std::mt19937 random(kSeed);
    for (const std::size_t too_long : {0U, 1U}) {
        FlacStream stream{.bytes = flac_marker_and_stream_info(44100, 2, true)};
        Bytes frame = flac_frame({.payload_bytes = 0}, random);
        const std::size_t around = frame.size();
        frame = flac_frame({.payload_bytes = kFlacFrameBytesMax + too_long - around}, random);
        ASSERT_EQ(frame.size(), kFlacFrameBytesMax + too_long);
        append(stream.bytes, frame);
        stream.add_frames(3, random);
        stream.add_end();
        const auto units = units_of(stream.bytes);
        EXPECT_EQ(units[1].kind, too_long == 0 ? Kind::Frame : Kind::Junk);
        EXPECT_EQ(units[1].bytes, frame.size());
        EXPECT_EQ(only(Kind::Frame, units).size(), 4 - too_long);
    }
}

TEST(Flac, ASourceMayBeginInTheMiddle) {
    std::mt19937 random(kSeed);
    FlacStream stream{.bytes = payload_with_false_syncs(700, random)};
    for (std::uint32_t i = 0; i < 5; ++i) {
        stream.add(flac_frame({.number = i, .sample_rate_code = 10}, random));
    }
    stream.add_end();
    FlacScanner scanner;
    const auto units = scan_whole(scanner, stream.bytes);
    EXPECT_EQ(sizes_of_frames(units), stream.frame_bytes);
    EXPECT_EQ(units[0].bytes, 700U);
    EXPECT_EQ(scanner.format().sample_rate, 48000U);
    EXPECT_EQ(units[1].duration_us, 4096ULL * 1'000'000 / 48000);
}

TEST(Flac, AnotherStreamBehindIsANewChain) {
    std::mt19937 random(kSeed);
    FlacStream stream{.bytes = id3v2_tag(500, false, random)};
    for (const std::uint32_t rate : {44100U, 96000U}) {
        append(stream.bytes, flac_marker_and_stream_info(rate, 2, true));
        stream.add_frames(5, random);
    }
    stream.add_end();
    FlacScanner scanner;
    const auto units = scan_whole(scanner, stream.bytes);
    EXPECT_EQ(sizes_of_frames(units), stream.frame_bytes);
    const auto headers = only(Kind::Header, units);
    ASSERT_EQ(headers.size(), 2U);
    EXPECT_TRUE(headers[1].chain_start);
    EXPECT_EQ(scanner.format().sample_rate, 96000U);
    EXPECT_EQ(units[8].duration_us, 4096ULL * 1'000'000 / 96000);  // the first of the second
}

TEST(Flac, TheTitleComesWithItsBlockAndOnce) {
    Bytes stream = flac_marker_and_stream_info(48000, 2, false);
    append(stream, flac_block({.type = 4,
                               .last = true,
                               .body = vorbis_comment({"TITLE=Blue Train", "ARTIST=Coltrane"})}));
    FlacScanner scanner;
    std::string title;
    const ScanUnit first = scanner.next(stream);
    EXPECT_FALSE(scanner.take_title(title));
    (void)scanner.next(std::span(stream).subspan(first.bytes));
    EXPECT_TRUE(scanner.take_title(title));
    EXPECT_EQ(title, "Coltrane - Blue Train");
    EXPECT_FALSE(scanner.take_title(title));
}

TEST(Flac, LargeBlocksAreJunkAndTheHeadersStillEnd) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    const Bytes picture = payload_with_false_syncs(1'000'000, random);
    const Bytes comment = vorbis_comment({"TITLE=a"});
    for (const bool picture_is_last : {false, true}) {
        FlacStream stream{.bytes = flac_marker_and_stream_info(44100, 2, false)};
        if (picture_is_last) {
            append(stream.bytes, flac_block({.type = 4, .body = comment}));
            append(stream.bytes, flac_block({.type = 6, .last = true, .body = picture}));
        } else {
            append(stream.bytes, flac_block({.type = 6, .body = picture}));
            append(stream.bytes, flac_block({.type = 4, .last = true, .body = comment}));
        }
        stream.add_frames(5, random);
        stream.add_end();
        EXPECT_EQ(sizes_of_frames(units_of(stream.bytes)), stream.frame_bytes);
        const Bytes headers = headers_of(stream.bytes);
        EXPECT_EQ(headers.size(), kFlacStreamStartBytes + 4 + comment.size());
        EXPECT_TRUE(metadata_ends_with(headers));
    }
}

TEST(Flac, HeadersAreBoundedHoweverManyBlocksThereAre) {
    Bytes stream = flac_marker_and_stream_info(44100, 2, false);
    for (int i = 0; i < 1000; ++i) {
        append(stream, flac_block({.type = 2, .body = Bytes(1000)}));
    }
    const Bytes headers = headers_of(stream);
    EXPECT_LE(headers.size(), kFlacHeadersBytesMax);
    EXPECT_GT(headers.size(), kFlacHeadersBytesMax - 2000);
    EXPECT_TRUE(metadata_ends_with(headers));
}

TEST(Flac, HeadersAndFramesFromAnySyncPointAreAStreamOfTheirOwn) {
    std::mt19937 random(kSeed);
    FlacStream stream{.bytes = flac_marker_and_stream_info(44100, 2, false)};
    append(stream.bytes, flac_block({.type = 1, .last = true, .body = Bytes(200'000)}));
    stream.add_frames(20, random);
    stream.add_end();
    const Bytes headers = headers_of(stream.bytes);
    for (const auto& frame : only(Kind::Frame, units_of(stream.bytes))) {
        Bytes joined = headers;
        joined.insert(joined.end(),
                      stream.bytes.begin() + static_cast<std::ptrdiff_t>(frame.offset),
                      stream.bytes.end());
        const auto units = units_of(joined);
        ASSERT_EQ(units[0].kind, Kind::Header);
        ASSERT_EQ(units[1].kind, Kind::Frame);
        ASSERT_EQ(units[1].bytes, frame.bytes);
        ASSERT_EQ(only(Kind::Junk, units).size(), 0U);
    }
}

/// A header of these bytes and their checksum, parsed.
FlacFrameHeader parsed(Bytes bytes) {
    bytes.push_back(static_cast<std::byte>(crc8(bytes)));
    const FlacFrameHeader header = flac_frame_header_at(bytes);
    EXPECT_TRUE(header.match != Match::Yes || header.bytes == bytes.size());
    return header;
}

TEST(Flac, FrameHeadersSayTheirBlockSize) {
    constexpr std::array<std::uint32_t, 16> kSizes{0,   192, 576,  1152, 2304, 4608, 0,     0,
                                                   256, 512, 1024, 2048, 4096, 8192, 16384, 32768};
    for (std::uint32_t code = 0; code < 16; ++code) {
        Bytes bytes = bytes_of("\xFF\xF9\x09\x88\x05");  // 44.1 kHz, left and side, 20 bits
        bytes[2] |= static_cast<std::byte>(code << 4);
        append(bytes, Bytes(code == 6 ? 1 : code == 7 ? 2 : 0, std::byte{0x02}));
        const FlacFrameHeader header = parsed(bytes);
        EXPECT_EQ(header.match, code == 0 ? Match::No : Match::Yes) << code;
        EXPECT_EQ(header.samples, code == 6 ? 3U : code == 7 ? 0x203U : kSizes[code]) << code;
        EXPECT_EQ(header.channels, code == 0 ? 0U : 2U);
    }
}

TEST(Flac, FrameHeadersSayTheirSampleRate) {
    constexpr std::array<std::uint32_t, 16> kRates{0,     88200, 176400, 192000, 8000,  16000,
                                                   22050, 24000, 32000,  44100,  48000, 96000,
                                                   2000,  0x202, 0x1414, 0};
    for (std::uint32_t code = 0; code < 16; ++code) {
        Bytes bytes = bytes_of("\xFF\xF8\xC0\x58\xFE\x80\x80\x80\x80\x80\x80");  // 6 channels
        bytes[2] |= static_cast<std::byte>(code);
        append(bytes, Bytes(code == 12 ? 1 : code == 13 || code == 14 ? 2 : 0, std::byte{0x02}));
        const FlacFrameHeader header = parsed(bytes);
        EXPECT_EQ(header.match, code == 15 ? Match::No : Match::Yes) << code;
        EXPECT_EQ(header.sample_rate, kRates[code]) << code;
        EXPECT_EQ(header.channels, code == 15 ? 0U : 6U);
    }
}

TEST(Flac, ForbiddenFrameHeadersAreNotBelieved) {
    for (const std::string_view bytes :
         {"\xFF\xF8\xC9\xB8\x05", "\xFF\xF8\xC9\x16\x05", "\xFF\xF8\xC9\x19\x05",
          "\xFF\xF8\xC9\x18\x85", "\xFF\xF8\xC9\x18\xFF\x80", "\xFF\xF8\xC9\x18\xC5\x05",
          "\xFF\xFA\xC9\x18\x05"}) {
        EXPECT_EQ(parsed(bytes_of(bytes)).match, Match::No);
    }
    EXPECT_EQ(parsed(bytes_of("\xFF\xF8\xC9\x18\x05")).match, Match::Yes);
}

TEST(Flac, ADamagedFrameHeaderIsNotBelieved) {
    const Bytes good = flac_frame_header({.number = 500});
    ASSERT_EQ(flac_frame_header_at(good).match, Match::Yes);
    ASSERT_EQ(flac_frame_header_at(good).bytes, good.size());
    for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
        Bytes changed = good;
        changed[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        EXPECT_NE(flac_frame_header_at(changed).match, Match::Yes) << bit;
    }
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_EQ(flac_frame_header_at(std::span(good).first(size)).match, Match::Undecided);
    }
}

TEST(Flac, UnitsDoNotDependOnHowTheStreamIsSplit) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    FlacStream stream{.bytes = id3v2_tag(30, false, random)};
    append(stream.bytes, flac_marker_and_stream_info(44100, 2, false));
    append(stream.bytes, flac_block({.type = 4, .last = true, .body = vorbis_comment({})}));
    for (std::uint32_t i = 0; i < 6; ++i) {
        stream.add(flac_frame({.number = i}, random, flac_frame_header({.number = i})));
    }
    append(stream.bytes, payload_with_false_syncs(300, random));
    stream.add(flac_frame({.number = 7}, random));
    stream.add_end();
    const auto expected = units_of(stream.bytes);
    ASSERT_EQ(only(Kind::Frame, expected).size(), 6U);  // junk behind the sixth hides its end
    for (std::size_t split = 1; split < stream.bytes.size(); ++split) {
        bool first = true;
        const auto chunks = [&] { return std::exchange(first, false) ? split : 100'000; };
        FlacScanner scanner;
        ASSERT_EQ(scan_in_chunks(scanner, stream.bytes, chunks), expected) << split;
    }
    FlacScanner scanner;
    ASSERT_EQ(scan_in_chunks(scanner, stream.bytes, [] { return 1; }), expected);
}

TEST(Flac, UnitsOfRandomStreamsDoNotDependOnHowTheyAreSplit) {
    for (std::uint32_t seed = kSeed; seed < kSeed + 40; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        FlacStream stream;
        while (stream.bytes.size() < 400'000) {
            switch (random() % 5) {
                case 0:
                    append(stream.bytes, payload_with_false_syncs(random() % 9000, random));
                    break;
                case 1:
                    append(stream.bytes, flac_frame_header({}));
                    break;
                case 2:
                    append(stream.bytes, flac_marker_and_stream_info(44100, 2, true));
                    break;
                case 3:
                    append(stream.bytes, Bytes(random() % 200'000));
                    break;
                default:
                    stream.add_frames(static_cast<std::uint32_t>(random() % 20), random);
            }
        }
        FlacScanner scanner;
        ASSERT_EQ(scan_in_chunks(scanner, stream.bytes, random_chunks(random)),
                  units_of(stream.bytes));
    }
}

}  // namespace
}  // namespace ringcast::core::framing

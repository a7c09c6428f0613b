// SPDX-License-Identifier: Apache-2.0
#include "core/body_decoder.hpp"

#include <gtest/gtest.h>

#include "tests/support/body_writer.hpp"
#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::BodyWriter;
using tests::bytes_view;
using tests::decode_in_pieces;
using tests::Decoded;
using tests::Random;

BodyState chunked(std::uint32_t metaint = 0) {
    return BodyDecoder::begin(BodyFraming::Chunked, 0, metaint);
}

Decoded decode(BodyState state, std::string_view raw) {
    return decode_in_pieces(state, bytes_view(raw), [&](std::size_t) { return raw.size(); });
}

/// Every way to cut `raw` in two, and byte by byte: the same audio, titles and end.
void expect_same_at_every_split(const BodyState& begin, std::string_view raw,
                                const Decoded& expected) {
    for (std::size_t split = 1; split <= raw.size(); ++split) {
        const Decoded decoded = decode_in_pieces(
            begin, bytes_view(raw),
            [&](std::size_t at) -> std::size_t { return at == 0 ? split : raw.size() - at; });
        ASSERT_EQ(decoded, expected) << "split at " << split;
    }
    ASSERT_EQ(decode_in_pieces(begin, bytes_view(raw), [](std::size_t) { return 1; }), expected);
}

TEST(BodyDecoder, ABodyWithoutFramingIsTakenAsItIs) {
    const BodyState state = BodyDecoder::begin(BodyFraming::UntilClose, 0, 0);
    expect_same_at_every_split(state, "any bytes", {.audio = "any bytes"});
}

TEST(BodyDecoder, ALengthEndsTheBodyAndWhatFollowsIsNoAudio) {
    const BodyState state = BodyDecoder::begin(BodyFraming::Length, 5, 0);
    expect_same_at_every_split(state, "hello", {.audio = "hello", .ended = true});
    expect_same_at_every_split(state, "hello, more", {.audio = "hello", .ended = true});
    EXPECT_FALSE(decode(state, "hell").ended);
    EXPECT_TRUE(BodyDecoder::begin(BodyFraming::Length, 0, 0).ended);
}

TEST(BodyDecoder, ChunksAreJoinedWhateverTheirLineEnds) {
    const Decoded expected{.audio = "hello world", .ended = true};
    expect_same_at_every_split(chunked(), "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", expected);
    expect_same_at_every_split(chunked(), "5\nhello\n6\n world\n0\n\n", expected);
    expect_same_at_every_split(chunked(), "0005\r\nhello\r\n06\n world\r\n000\r\n\r\n", expected);
    expect_same_at_every_split(chunked(), "b\r\nhello world\r\n0\r\n\r\n", expected);
    expect_same_at_every_split(chunked(), "B\r\nhello world\r\n0\r\n\r\n", expected);
}

TEST(BodyDecoder, ExtensionsAndTrailersAreDropped) {
    const Decoded expected{.audio = "hello", .ended = true};
    expect_same_at_every_split(
        chunked(), "5;name=value\r\nhello\r\n0 ;x\r\nA: b\r\nC: d\r\n\r\nnext request", expected);
    expect_same_at_every_split(chunked(), "5 \r\nhello\r\n0\r\nA: b\n\n", expected);
}

TEST(BodyDecoder, DataMayLookLikeFraming) {
    expect_same_at_every_split(chunked(), "9\r\n0\r\n\r\n5\r\n\r\r\n0\r\n\r\n",
                               {.audio = "0\r\n\r\n5\r\n\r", .ended = true});
}

TEST(BodyDecoder, MalformedChunksAreAnError) {
    const std::string long_extension = "5;" + std::string(5000, 'x') + "\r\n";
    const std::string long_trailer = "0\r\n" + std::string(5000, 'x') + "\r\n";
    std::string many_trailers = "0\r\n";
    for (int i = 0; i < 100; ++i) {
        many_trailers += "A: b\r\n";
    }
    for (const std::string& raw : std::vector<std::string>{"\r\n",
                                                           "\n",
                                                           ";x\r\n",
                                                           "g\r\n",
                                                           "-5\r\nhello\r\n",
                                                           "0x5\r\nhello\r\n",
                                                           " 5\r\nhello",
                                                           "5\rhello",
                                                           "5\r\rhello",
                                                           "5\r\nhelloX",
                                                           "5\r\nhello\rX",
                                                           "5\r\nhello5\r\n",
                                                           "5\r\nhello\r\n\r\n",
                                                           "1000000000000000\r\n",
                                                           "0000000000000005\r\nhello",
                                                           std::string("5\0\r\n", 4),
                                                           "0\r\n\rX",
                                                           long_extension,
                                                           long_trailer,
                                                           many_trailers}) {
        const Decoded decoded = decode(chunked(), raw);
        EXPECT_TRUE(decoded.malformed) << raw.substr(0, 30);
        const Decoded bytewise =
            decode_in_pieces(chunked(), bytes_view(raw), [](std::size_t) { return 1; });
        EXPECT_TRUE(bytewise.malformed) << raw.substr(0, 30);
    }
}

TEST(BodyDecoder, TheLargestChunkSizeDoesNotOverflow) {
    const Decoded decoded = decode(chunked(), "fffffffffffffff\r\nhello");
    EXPECT_FALSE(decoded.malformed);
    EXPECT_EQ(decoded.audio, "hello");
}

TEST(BodyDecoder, ABodyThatStopsInTheMiddleIsNotEnded) {
    const std::string_view whole = "5;x\r\nhello\r\n0\r\nA: b\r\n\r\n";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Decoded decoded = decode(chunked(), whole.substr(0, size));
        EXPECT_FALSE(decoded.ended) << size;
        EXPECT_FALSE(decoded.malformed) << size;
    }
}

TEST(BodyDecoder, InBandMetadataIsTakenOutAndItsPlaceIsKnown) {
    BodyWriter writer({.metaint = 4});
    writer.audio("abcd").block("StreamTitle='one';").audio("efgh").block("").audio("ijkl");
    writer.block("StreamTitle='two';").audio("mn");
    const Decoded expected{.audio = "abcdefghijklmn",
                           .titles = {{4, "StreamTitle='one';"}, {12, "StreamTitle='two';"}}};
    const BodyState state = BodyDecoder::begin(BodyFraming::UntilClose, 0, 4);
    for (std::size_t step = 1; step < writer.raw().size(); ++step) {
        Decoded decoded =
            decode_in_pieces(state, bytes_view(writer.raw()), [&](std::size_t) { return step; });
        if (decoded.titles.size() == 1) {  // both came in one piece: the newest counts
            decoded.titles.insert(decoded.titles.begin(), expected.titles.front());
        }
        ASSERT_EQ(decoded, expected) << "in steps of " << step;
    }
}

TEST(BodyDecoder, TheLongestMetadataBlockMayComeByteByByte) {
    const std::string text(std::size_t{255} * 16, 't');
    BodyWriter writer({.metaint = 3});
    writer.audio("abc").block(text).audio("de");
    const BodyState state = BodyDecoder::begin(BodyFraming::UntilClose, 0, 3);
    expect_same_at_every_split(state, writer.raw(), {.audio = "abcde", .titles = {{3, text}}});
}

TEST(BodyDecoder, AnUnfinishedBlockIsKeptInTheState) {
    BodyState state = BodyDecoder::begin(BodyFraming::UntilClose, 0, 2);
    std::array<std::byte, 64> region{};
    const std::string raw = "ab\1Stream";
    const auto received = std::span(region).subspan(raw_place(state, 64).begin, raw.size());
    std::ranges::copy(bytes_view(raw), received.begin());
    InBandTitle title;
    const auto found = BodyDecoder::decode(state, region, received, title);
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
    EXPECT_EQ(state.audio, 2U);
    EXPECT_EQ(state.block_size, 7U);
    EXPECT_TRUE(std::ranges::equal(std::span(state.block).first(7), bytes_view("\1Stream")));
}

TEST(RawPlace, AnUnframedBodyIsReceivedWhereItsAudioStands) {
    for (const BodyFraming framing : {BodyFraming::UntilClose, BodyFraming::Length}) {
        BodyState state = BodyDecoder::begin(framing, 1000, 0);
        state.audio = 30;
        EXPECT_EQ(raw_place(state, 100).begin, 30U);
        EXPECT_EQ(raw_place(state, 100).size_max, 70U);
    }
}

TEST(RawPlace, AFramedBodyIsReceivedBehindAGapThatItsAudioCannotCross) {
    for (BodyState state : {chunked(), chunked(7), BodyDecoder::begin(BodyFraming::Length, 9, 7),
                            BodyDecoder::begin(BodyFraming::UntilClose, 0, 7)}) {
        for (state.audio = 0; state.audio < 98; ++state.audio) {
            const RawPlace place = raw_place(state, 100);
            EXPECT_GE(place.size_max, 1U);
            EXPECT_LE(state.audio + place.size_max, place.begin);
            EXPECT_LE(place.begin + place.size_max, 100U);
        }
    }
}

/// Both framings at once, random contents, sizes and cuts, and audio that is published in between.
TEST(BodyDecoder, FindsTheAudioOfAnyBodyHoweverItIsCut) {
    for (const unsigned seed : {11U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Random random(seed);
        for (int round = 0; round < 3000; ++round) {
            const std::uint32_t metaint = random() % 3 == 0 ? 0 : 1 + random() % 60;
            const bool in_chunks = random() % 2 == 0;
            const BodyWriter writer = tests::random_body(random, metaint, in_chunks);
            const BodyState state = in_chunks
                                        ? chunked(metaint)
                                        : BodyDecoder::begin(BodyFraming::UntilClose, 0, metaint);
            const std::uint32_t piece_max = 1 + random() % 40;
            const Decoded decoded =
                decode_in_pieces(state, bytes_view(writer.raw()),
                                 [&](std::size_t) { return 1 + random() % piece_max; });
            ASSERT_FALSE(decoded.malformed);
            ASSERT_EQ(decoded.ended, in_chunks);
            ASSERT_EQ(decoded.audio, writer.audio());
            for (const auto& title : decoded.titles) {
                ASSERT_NE(std::ranges::find(writer.titles(), title), writer.titles().end());
            }
            if (!writer.titles().empty()) {
                ASSERT_EQ(decoded.titles.back(), writer.titles().back());
            }
        }
    }
}

}  // namespace
}  // namespace ringcast::core

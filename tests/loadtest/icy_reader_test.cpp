// SPDX-License-Identifier: Apache-2.0
#include "loadtest/icy_reader.hpp"

#include <gtest/gtest.h>

#include "tests/loadtest/stream_builder.hpp"

namespace ringcast::loadtest {
namespace {

constexpr std::uint32_t kMetaint = 1'000;

Bytes block(std::string_view text) {
    const std::size_t units = (text.size() + 15) / 16;
    Bytes bytes(1 + units * 16);
    bytes[0] = static_cast<std::byte>(units);
    std::transform(text.begin(), text.end(), bytes.begin() + 1,
                   [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

std::string stream_title(std::uint64_t number, std::uint32_t station = kStation) {
    return "StreamTitle='" + title_text({station, kFirst + number}) + "';";
}

/// Frames 0..29 (12,539 bytes) with a block after every `distance` bytes: `texts` in order, then
/// empty ones.
Bytes interleaved(const std::vector<std::string>& texts, std::size_t distance = kMetaint) {
    const auto audio = StreamBuilder().frames(0, 30);
    Bytes stream;
    std::size_t blocks = 0;
    for (std::size_t at = 0; at < audio.size(); at += distance) {
        const auto part = std::span(audio).subspan(at, std::min(distance, audio.size() - at));
        stream.insert(stream.end(), part.begin(), part.end());
        if (part.size() == distance) {
            stream += block(blocks < texts.size() ? texts[blocks] : std::string());
            ++blocks;
        }
    }
    return stream;
}

struct Seen {
    StreamCounts audio;
    IcyCounts icy;
};

Seen check(const Bytes& stream, std::size_t piece_max = 1'000'000, std::uint64_t seed = 1) {
    StreamChecker checker(0, kStation);
    IcyReader reader(kMetaint);
    Histogram latency;
    HeadReader heads;
    std::mt19937_64 random(seed);
    in_pieces(stream, piece_max, random, [&](auto piece) {
        reader.consume(piece, checker, {0, latency, heads});
    });
    return {checker.counts(), reader.counts()};
}

TEST(Title, IsReadBackAndEveryChangedCharacterIsNoticed) {
    const Title title{kStation, kFirst};
    const std::string text = title_text(title);
    EXPECT_EQ(parse_title(text), title);
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto bad = text;
        bad[at] = bad[at] == '1' ? '2' : '1';
        EXPECT_NE(parse_title(bad), title) << bad;
    }
    EXPECT_FALSE(parse_title(""));
    EXPECT_FALSE(parse_title("ringcast-load station 1 at 99999999999999999999 check 1"));
}

TEST(IcyReader, TakesTheBlocksOutAndReadsTheTitlesInEverySplit) {
    const auto stream =
        interleaved({"StreamTitle='';", stream_title(3), "",
                     stream_title(6) + "StreamUrl='" + std::string(3'000, 'x') + "';"});
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        const auto seen = check(stream, 1 + seed * 7, seed);
        EXPECT_EQ(seen.audio.frames, 30U);
        EXPECT_EQ(seen.audio.faults() + seen.audio.skips, 0U);
        EXPECT_EQ(seen.icy.blocks, 12U);
        EXPECT_EQ(seen.icy.titles, 2U);
        EXPECT_EQ(seen.icy.faults() + seen.icy.early_titles, 0U);
    }
}

TEST(IcyReader, NoticesABlockThatStandsOneByteOff) {
    for (const std::size_t distance : {kMetaint - 1, kMetaint + 1}) {
        const auto seen = check(interleaved({stream_title(1)}, distance));
        EXPECT_GT(seen.audio.faults() + seen.icy.faults(), 0U) << distance;
    }
}

TEST(IcyReader, NoticesABlockThatIsMissing) {
    auto stream = interleaved({});
    stream.erase(stream.begin() + kMetaint);
    const auto seen = check(stream);
    EXPECT_GT(seen.audio.faults() + seen.icy.faults(), 0U);
}

TEST(IcyReader, NoticesMalformedBlocks) {
    const std::string good = stream_title(1);
    EXPECT_EQ(check(interleaved({"Streamtitle='x';"})).icy.malformed_blocks, 1U);
    EXPECT_EQ(check(interleaved({"StreamTitle='unfinished"})).icy.malformed_blocks, 1U);
    EXPECT_EQ(check(interleaved({good + '\0' + "x"})).icy.malformed_blocks, 1U);
}

TEST(IcyReader, NoticesTitlesThatAreForeignGarbledOrOlderThanTheLast) {
    EXPECT_EQ(check(interleaved({stream_title(1, kStation + 1)})).icy.wrong_titles, 1U);
    EXPECT_EQ(check(interleaved({"StreamTitle='something else';"})).icy.wrong_titles, 1U);
    EXPECT_EQ(check(interleaved({stream_title(2), stream_title(1)})).icy.wrong_titles, 1U);
}

TEST(IcyReader, CountsTitlesThatComeBeforeTheirAudio) {
    const auto seen = check(interleaved({stream_title(100)}));
    EXPECT_EQ(seen.icy.early_titles, 1U);
    EXPECT_EQ(seen.icy.faults(), 0U);
}

}  // namespace
}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "core/framing/vorbis_comment.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/audio_builder.hpp"

namespace ringcast::core::framing {
namespace {

using tests::vorbis_comment;

std::optional<std::string> title_of(const std::vector<std::string_view>& fields) {
    return title_from_vorbis_comment(vorbis_comment(fields));
}

TEST(VorbisComment, ArtistAndTitleAreJoinedInThisOrder) {
    EXPECT_EQ(title_of({"TITLE=Blue Train", "ALBUM=x", "ARTIST=John Coltrane"}),
              "John Coltrane - Blue Train");
}

TEST(VorbisComment, ATitleWithoutArtistStandsAlone) {
    EXPECT_EQ(title_of({"title=Blue Train"}), "Blue Train");
    EXPECT_EQ(title_of({"title=Blue Train", "artist="}), "Blue Train");
}

TEST(VorbisComment, WithoutTitleThereIsNothing) {
    EXPECT_EQ(title_of({}), std::nullopt);
    EXPECT_EQ(title_of({"ARTIST=John Coltrane"}), std::nullopt);
    EXPECT_EQ(title_of({"TITLE="}), std::nullopt);
    EXPECT_EQ(title_of({"TITLE"}), std::nullopt);
    EXPECT_EQ(title_of({"TITLES=x"}), std::nullopt);
    EXPECT_EQ(title_of({"TITLE= \t "}), std::nullopt);
}

TEST(VorbisComment, TheFirstOfSeveralFieldsOfOneNameCounts) {
    EXPECT_EQ(title_of({"TiTlE=a", "ARTIST=b", "title=c", "Artist=d"}), "b - a");
}

TEST(VorbisComment, FieldsThatAreNotUtf8ArePassedOver) {
    EXPECT_EQ(title_of({"TITLE=caf\xE9", "TITLE=caf\xC3\xA9"}), "caf\xC3\xA9");
    for (const std::string_view bad :
         {"TITLE=\x80", "TITLE=\xC0\x80", "TITLE=\xE0\x80\x80", "TITLE=\xED\xA0\x80",
          "TITLE=\xF0\x80\x80\x80", "TITLE=\xF4\x90\x80\x80", "TITLE=\xF5\x80\x80\x80",
          "TITLE=a\xE2\x82", "TITLE=\xFF"}) {
        EXPECT_EQ(title_of({bad}), std::nullopt) << bad;
    }
    EXPECT_EQ(title_of({"TITLE=\xE2\x82\xAC \xF0\x9F\x8E\xB5"}), "\xE2\x82\xAC \xF0\x9F\x8E\xB5");
}

TEST(VorbisComment, ControlCharactersBecomeBlanks) {
    EXPECT_EQ(title_of({"TITLE=\r\na\nb\x7F"}), "a b");
}

TEST(VorbisComment, LongTitlesAreCutBetweenTwoCharacters) {
    std::string field = "TITLE=x";
    for (std::size_t i = 0; i < kTitleBytesMax; ++i) {
        field += "\xC3\xA9";
    }
    const auto title = title_of({field, "ARTIST=y"});
    ASSERT_TRUE(title);
    EXPECT_LE(title->size(), kTitleBytesMax);
    EXPECT_GE(title->size(), kTitleBytesMax - 1);
    EXPECT_EQ(title->substr(title->size() - 2), "\xC3\xA9");
}

TEST(VorbisComment, ACutBlockGivesWhatStandsWholeInIt) {
    const auto block = vorbis_comment({"TITLE=Blue Train", "ARTIST=John Coltrane"});
    const std::size_t title_end = 4 + 10 + 4 + 4 + 16;
    for (std::size_t size = 0; size < block.size(); ++size) {
        SCOPED_TRACE(size);
        const auto title = title_from_vorbis_comment(std::span(block).first(size));
        EXPECT_EQ(title,
                  size < title_end ? std::nullopt : std::optional<std::string>("Blue Train"));
    }
}

TEST(VorbisComment, FieldsBeyondTheirNumberAreNotRead) {
    auto block = vorbis_comment({"ARTIST=John Coltrane", "TITLE=not counted"});
    block[4 + 10] = std::byte{1};
    EXPECT_EQ(title_from_vorbis_comment(block), std::nullopt);
}

TEST(VorbisComment, LengthsThatLieAreNotFollowed) {
    auto block = vorbis_comment({"TITLE=Blue Train"});
    for (std::size_t at = 0; at < block.size(); ++at) {
        SCOPED_TRACE(at);
        auto changed = block;
        changed[at] = std::byte{0xFF};
        const auto title = title_from_vorbis_comment(changed);
        EXPECT_TRUE(!title || title->size() <= block.size());
    }
}

TEST(VorbisComment, AnyBytesGiveNothingOrAShortTitle) {
    constexpr std::uint32_t kSeed = 7301;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    for (int round = 0; round < 20'000; ++round) {
        auto block = vorbis_comment({"TITLE=Blue Train", "ARTIST=John Coltrane"});
        for (int change = 0; change < 3; ++change) {
            block[random() % block.size()] = static_cast<std::byte>(random() % 256);
        }
        const auto title = title_from_vorbis_comment(block);
        EXPECT_TRUE(!title || title->size() <= block.size());
    }
}

}  // namespace
}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
#include "core/icy/metadata_block.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core::icy {
namespace {

using tests::bytes_view;

/// The text of the block for a title and URL, padding and all; checks the length byte.
std::string encoded(std::string_view title, std::string_view url = "") {
    std::array<std::byte, kBlockBytesMax> block;
    block.fill(std::byte{0xAA});
    const std::size_t size = encode_block(title, url, block);
    EXPECT_EQ(size, 1 + 16 * std::to_integer<std::size_t>(block[0]));
    EXPECT_GE(size, 17U);
    return {reinterpret_cast<const char*>(block.data()) + 1, size - 1};
}

std::string padded(std::string text) {
    text.resize((text.size() + 15) / 16 * 16);
    return text;
}

TEST(MetadataBlock, HoldsTheTitleAndPadsWithZeros) {
    EXPECT_EQ(encoded(""), padded("StreamTitle='';"));
    EXPECT_EQ(encoded("Song"), padded("StreamTitle='Song';"));
    EXPECT_EQ(encoded("x"), "StreamTitle='x';") << "sixteen bytes need no padding";
}

TEST(MetadataBlock, HoldsTheUrlOnlyWhenThereIsOne) {
    EXPECT_EQ(encoded("a", "http://b/"), padded("StreamTitle='a';StreamUrl='http://b/';"));
}

TEST(MetadataBlock, ApostrophesGoOutAsTheyAre) {
    EXPECT_EQ(encoded("Rock 'n' Roll"), padded("StreamTitle='Rock 'n' Roll';"));
}

TEST(MetadataBlock, NoTextCanEndTheBlockEarly) {
    EXPECT_EQ(encoded("a';b"), padded("StreamTitle='a;b';"));
    EXPECT_EQ(encoded("a'';b"), padded("StreamTitle='a;b';"));
    EXPECT_EQ(encoded("a''"), padded("StreamTitle='a';"));
    EXPECT_EQ(encoded("'"), padded("StreamTitle='';"));
    EXPECT_EQ(encoded("';StreamUrl='x"), padded("StreamTitle=';StreamUrl='x';"));
    EXPECT_EQ(encoded("", "u';"), padded("StreamTitle='';StreamUrl='u;';"));
}

TEST(MetadataBlock, LineEndsAndZerosBecomeBlanks) {
    EXPECT_EQ(encoded(std::string_view("a\r\nb\0c", 6)), padded("StreamTitle='a  b c';"));
}

TEST(MetadataBlock, LongTextsAreCutAndTheLongestBlockFits) {
    const std::string title(5000, 't');
    const std::string url(5000, 'u');
    const std::string text = encoded(title, url);
    EXPECT_LE(text.size() + 1, kBlockBytesMax);
    EXPECT_EQ(text, padded("StreamTitle='" + title.substr(0, kTitleBytesMax) + "';StreamUrl='" +
                           url.substr(0, kTitleUrlBytesMax) + "';"));
}

TEST(MetadataBlock, TextsOfOtherServersAreRead) {
    const auto read = [](std::string_view text) { return decode_text(bytes_view(text)); };
    EXPECT_EQ(read("StreamTitle='A - B';StreamUrl='http://c';").title, "A - B");
    EXPECT_EQ(read("StreamTitle='A - B';StreamUrl='http://c';").url, "http://c");
    EXPECT_EQ(read("StreamUrl='u';StreamTitle='t';").title, "t");
    EXPECT_EQ(read("StreamTitle='Rock 'n' Roll';").title, "Rock 'n' Roll");
    EXPECT_EQ(read("StreamTitle='no end").title, "no end");
    EXPECT_EQ(read("StreamTitle='no semicolon'").title, "no semicolon");
    EXPECT_EQ(read(std::string_view("StreamTitle='t';\0\0\0", 19)).title, "t");
}

TEST(MetadataBlock, WhatStandsInATitleIsPartOfIt) {
    const StreamText text = decode_text(bytes_view("StreamTitle='aStreamUrl='b';StreamUrl='c';"));
    EXPECT_EQ(text.title, "aStreamUrl='b");
    EXPECT_EQ(text.url, "c");
    EXPECT_EQ(decode_text(bytes_view("x='StreamTitle='no';StreamTitle='yes';")).title, "yes");
    EXPECT_EQ(decode_text(bytes_view("adw_ad=1;StreamTitle='yes';")).title, "yes");
}

TEST(MetadataBlock, AnEmptyTitleIsATitleAndNoneIsNone) {
    EXPECT_TRUE(decode_text(bytes_view("StreamTitle='';")).has_title);
    for (const std::string_view text :
         {"", "adw_ad='true';", "StreamTitle=x;", "streamtitle='x';"}) {
        EXPECT_FALSE(decode_text(bytes_view(text)).has_title) << text;
    }
    EXPECT_FALSE(decode_text(bytes_view(std::string_view("\0StreamTitle='x';", 17))).has_title);
}

TEST(MetadataBlock, WhatIsEncodedIsReadBackButForWhatCannotBeSaid) {
    for (const unsigned seed : {1U, std::random_device{}()}) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        tests::Random random(seed);
        constexpr std::string_view kAlphabet = "a'; =\xC3\xA9Z";
        for (int round = 0; round < 20000; ++round) {
            std::string title(random() % 12, ' ');
            for (char& c : title) {
                c = kAlphabet[random() % kAlphabet.size()];
            }
            const StreamText text = decode_text(bytes_view(encoded(title, "http://u/")));
            std::string expected;
            for (const char c : title + ";") {  // quotes before a semicolon or the end go
                while (c == ';' && !expected.empty() && expected.back() == '\'') {
                    expected.pop_back();
                }
                expected.push_back(c);
            }
            expected.pop_back();
            ASSERT_EQ(text.title, expected);
            ASSERT_EQ(text.url, "http://u/");
        }
    }
}

}  // namespace
}  // namespace ringcast::core::icy

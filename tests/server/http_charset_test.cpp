// SPDX-License-Identifier: Apache-2.0
#include "server/http/charset.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringcast::server::http {
namespace {

TEST(Utf8, AcceptsWhatTheRfcAllowsAndNothingElse) {
    for (const char* good : {"", "a", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf",
                             "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"}) {
        EXPECT_TRUE(is_valid_utf8(good)) << good;
    }
    for (const char* bad : {"\x80", "\xc0\x80", "\xc1\xbf", "\xc2", "\xe0\x9f\xbf", "\xed\xa0\x80",
                            "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82",
                            "\xc3(", "\xff"}) {
        EXPECT_FALSE(is_valid_utf8(bad)) << bad;
    }
}

TEST(Charset, EveryLatin1ByteSurvivesTheWayThroughUtf8) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
    }
    const std::string utf8 = latin1_to_utf8(bytes);
    EXPECT_TRUE(is_valid_utf8(utf8));
    EXPECT_EQ(utf8_to_latin1(utf8), bytes);
}

TEST(Charset, WhatLatin1LacksBecomesAQuestionMark) {
    EXPECT_EQ(utf8_to_latin1("a\xe2\x82\xac\xf0\x9f\x8e\xb5z"), "a??z");
}

TEST(Charset, WithoutACharsetValidUtf8IsUtf8AndAllElseLatin1) {
    EXPECT_EQ(to_utf8("caf\xc3\xa9", std::nullopt), "caf\xc3\xa9");
    EXPECT_EQ(to_utf8("caf\xe9", std::nullopt), "caf\xc3\xa9");
    EXPECT_EQ(to_utf8("caf\xe9", Charset::Utf8), "caf\xc3\xa9");
    EXPECT_EQ(to_utf8("\xc3\xa9", Charset::Latin1), "\xc3\x83\xc2\xa9");
}

TEST(Charset, KnowsTheSpellingsInUse) {
    for (const char* name : {"UTF-8", "utf8", "UTF8"}) {
        EXPECT_EQ(parse_charset(name), Charset::Utf8);
    }
    for (const char* name : {"ISO-8859-1", "ISO8859-1", "latin1"}) {
        EXPECT_EQ(parse_charset(name), Charset::Latin1);
    }
    EXPECT_FALSE(parse_charset("koi8-r"));
}

TEST(Text, IsCutBetweenCharacters) {
    const std::string text =
        "a\xe2\x82\xac"
        "b";
    EXPECT_EQ(cut_utf8(text, 5), text);
    EXPECT_EQ(cut_utf8(text, 4), "a\xe2\x82\xac");
    EXPECT_EQ(cut_utf8(text, 3), "a");
    EXPECT_EQ(cut_utf8(text, 1), "a");
    EXPECT_EQ(cut_utf8(text, 0), "");
    EXPECT_EQ(clean_text(std::string(300, '\xe9'), std::nullopt, 255).size(), 254U);
}

TEST(Title, HoldsNothingThatEndsALineOrAnIcyField) {
    EXPECT_EQ(sanitize_title(" a\r\nb\tc ", std::nullopt), "a  b c");
    EXPECT_EQ(sanitize_title(std::string_view("a\0b\x7f", 4), std::nullopt), "a b");
    EXPECT_EQ(sanitize_title("x';StreamUrl='y", std::nullopt), "x',StreamUrl='y");
    EXPECT_EQ(sanitize_title("'';;';", std::nullopt), "'',;',");
    EXPECT_EQ(sanitize_title("T'itle; ok", std::nullopt), "T'itle; ok");
    EXPECT_EQ(sanitize_title("a\xc2\x85z", std::nullopt), "a z");
    EXPECT_EQ(sanitize_title(std::string(5000, 'x'), std::nullopt).size(), kTitleBytesMax);
}

}  // namespace
}  // namespace ringcast::server::http

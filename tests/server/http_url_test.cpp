// SPDX-License-Identifier: Apache-2.0
#include "server/http/url.hpp"

#include <gtest/gtest.h>

namespace ringcast::server::http {
namespace {

TEST(Query, SkipsEmptyElementsAndKeysWithoutAValue) {
    const Query query = parse_query("&&a=1&b&c=&=d&e=f=g&");
    ASSERT_EQ(query.size(), 2U);
    EXPECT_EQ(query[0].key, "a");
    EXPECT_EQ(query[1].key, "e");
    EXPECT_EQ(query[1].value, "f=g");
    EXPECT_TRUE(parse_query("").empty());
}

TEST(Query, DecodesEscapesAndPlus) {
    const Query query = parse_query("song=A+%2b+B%26C%3Dd&%6dount=%2flive");
    EXPECT_EQ(find_item(query, "song"), "A + B&C=d");
    EXPECT_EQ(find_item(query, "mount"), "/live");
    EXPECT_FALSE(find_item(query, "Song"));
}

TEST(Query, APercentThatBeginsNoEscapeStandsForItself) {
    EXPECT_EQ(find_item(parse_query("a=100% hits"), "a"), "100% hits");
    EXPECT_EQ(find_item(parse_query("a=5%"), "a"), "5%");
    EXPECT_EQ(find_item(parse_query("a=%4"), "a"), "%4");
    EXPECT_EQ(find_item(parse_query("a=%g0%41"), "a"), "%g0A");
}

TEST(Form, IsAQueryOfBoundedSize) {
    EXPECT_EQ(find_item(*parse_form("mode=updinfo&song=x\r\n"), "song"), "x");
    EXPECT_TRUE(parse_form(std::string(kFormBytesMax, 'a')));
    EXPECT_EQ(parse_form(std::string(kFormBytesMax + 1, 'a')).error().status,
              Status::ContentTooLarge);
}

TEST(Path, EncodedAndDecodedAgainIsTheSame) {
    const std::string path = "/a b/\xc3\xa9?#%&+\"<>'.mp3";
    EXPECT_EQ(percent_encode_path(path), "/a%20b/%C3%A9%3F%23%25%26%2B%22%3C%3E%27.mp3");
    EXPECT_EQ(*decode_path(percent_encode_path(path)), path);
}

TEST(Path, DotSegmentsAreRefusedAndDotsInNamesAreNot) {
    EXPECT_FALSE(decode_path("/a/.."));
    EXPECT_FALSE(decode_path("/%2e/a"));
    EXPECT_TRUE(decode_path("/...a/.b/c..d/e."));
    EXPECT_TRUE(decode_path("//"));
}

}  // namespace
}  // namespace ringcast::server::http

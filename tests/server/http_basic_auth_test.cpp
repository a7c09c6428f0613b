// SPDX-License-Identifier: Apache-2.0
#include "server/http/basic_auth.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringcast::server::http {
namespace {

TEST(Base64, RoundTripsEveryLengthAndByte) {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        EXPECT_EQ(decode_base64(encode_base64(bytes)), bytes) << i;
        bytes += static_cast<char>(i * 7);
    }
}

TEST(Base64, KnowsTheVectorsOfTheRfc) {
    EXPECT_EQ(encode_base64("f"), "Zg==");
    EXPECT_EQ(encode_base64("fo"), "Zm8=");
    EXPECT_EQ(encode_base64("foo"), "Zm9v");
    EXPECT_EQ(encode_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, TakesMissingPaddingAndNothingElse) {
    EXPECT_EQ(decode_base64("Zg"), "f");
    EXPECT_EQ(decode_base64("Zm8"), "fo");
    EXPECT_FALSE(decode_base64("Z"));
    EXPECT_FALSE(decode_base64("Zg==="));
    EXPECT_FALSE(decode_base64("Zm 9v"));
    EXPECT_FALSE(decode_base64("Zm-v"));
    EXPECT_FALSE(decode_base64("=Zm9"));
}

TEST(BasicCredentials, TheFirstColonEndsTheUser) {
    const auto credentials = parse_basic(basic_authorization("source", "a:b:c"));
    ASSERT_TRUE(credentials);
    EXPECT_EQ(credentials->user, "source");
    EXPECT_EQ(credentials->password, "a:b:c");
    EXPECT_EQ(parse_basic(basic_authorization("", "x"))->user, "");
}

TEST(BasicCredentials, TheSchemeIsInAnyLetterCaseAndBlanksAreLoose) {
    EXPECT_TRUE(parse_basic("basic  YTpi "));
    EXPECT_TRUE(parse_basic("BASIC YTpi"));
}

TEST(BasicCredentials, RefusesWhatIsNone) {
    for (const std::string_view value :
         {"", "Basic", "Basic ", "Bearer YTpi", "BasicYTpi", "Basic !!!!", "Basic YWI="}) {
        EXPECT_FALSE(parse_basic(value)) << value;
    }
    EXPECT_FALSE(parse_basic("Basic " + encode_base64(std::string("a:b\0c", 5))));
}

}  // namespace
}  // namespace ringcast::server::http

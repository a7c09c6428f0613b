// SPDX-License-Identifier: Apache-2.0
#include "tests/tidy/source_tree.hpp"

#include <gmock/gmock.h>

namespace ringcast::tests::tidy {
namespace {

using ::testing::ElementsAre;

TEST(CodeOnly, BlanksCommentsAndKeepsTheLines) {
    EXPECT_EQ(code_only("a; // b\n/* c\nd */ e;"), "a;     \n    \n     e;");
}

TEST(CodeOnly, BlanksTheInsideOfLiterals) {
    EXPECT_EQ(code_only(R"(f("a\"//b", 'x', '\'');)"), R"(f("      ", ' ', '  ');)");
}

TEST(CodeOnly, BlanksRawStringsUpToTheirOwnDelimiter) {
    EXPECT_EQ(code_only("x = R\"--(a)\"\n{)--\"; y"), "x =         \n     ; y");
}

TEST(CodeOnly, TakesAnApostropheInANumberForASeparator) {
    EXPECT_EQ(code_only("a = 1'000'000; // it's"), "a = 1'000'000;        ");
}

TEST(CodeOnly, EndsWithTheTextWhateverIsLeftOpen) {
    EXPECT_EQ(code_only("/* a"), "    ");
    EXPECT_EQ(code_only("\"a\\"), "\"  ");
    EXPECT_EQ(code_only("R\"x"), "   ");
    EXPECT_EQ(code_only("R\"(a"), "    ");
}

TEST(LinesOf, SplitsAndDropsTheLastLineEnd) {
    EXPECT_THAT(lines_of("a\n\nb\n"), ElementsAre("a", "", "b"));
    EXPECT_THAT(lines_of(""), ElementsAre());
}

}  // namespace
}  // namespace ringcast::tests::tidy

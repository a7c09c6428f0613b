// SPDX-License-Identifier: Apache-2.0
#include "config/suggest.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace ringcast::config {
namespace {

constexpr std::array<std::string_view, 4> kKnown{"ring", "burst", "max_listeners", "metaint"};

TEST(Suggest, FindsNamesWithInsertedDroppedReplacedAndSwappedLetters) {
    EXPECT_EQ(closest("rings", kKnown), "ring");
    EXPECT_EQ(closest("rig", kKnown), "ring");
    EXPECT_EQ(closest("rang", kKnown), "ring");
    EXPECT_EQ(closest("brust", kKnown), "burst");
    EXPECT_EQ(closest("maxlistners", kKnown), "max_listeners");
    EXPECT_EQ(closest("meta-int", kKnown), "metaint");
}

TEST(Suggest, SaysNothingOfNamesThatAreFarFromAll) {
    EXPECT_EQ(closest("", kKnown), "");
    EXPECT_EQ(closest("xy", kKnown), "");
    EXPECT_EQ(closest("password", kKnown), "");
    EXPECT_EQ(closest(std::string(64, 'x'), kKnown), "");
    EXPECT_EQ(closest(std::string(1'000, 'x'), kKnown), "");
    EXPECT_EQ(closest("ring", {}), "");
}

TEST(Suggest, PrefersTheCloserOfTwo) {
    constexpr std::array<std::string_view, 2> kTwo{"source", "sources"};
    EXPECT_EQ(closest("sorces", kTwo), "sources");
    EXPECT_EQ(closest("sorce", kTwo), "source");
}

}  // namespace
}  // namespace ringcast::config

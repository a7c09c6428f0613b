// SPDX-License-Identifier: Apache-2.0
#include "core/framing/frame_scanner.hpp"

#include <gtest/gtest.h>

#include <array>

namespace ringcast::core::framing {
namespace {

TEST(FrameScanner, UnknownTypesPassThroughByteForByte) {
    const auto scanner = make_scanner("application/x-unknown");
    const std::array<std::byte, 10> bytes{};
    const ScanUnit unit = scanner->next(bytes);
    EXPECT_EQ(unit.kind, ScanUnit::Kind::Frame);
    EXPECT_EQ(unit.bytes, 10U);
    EXPECT_TRUE(unit.sync);
    EXPECT_FALSE(scanner->frames());
}

TEST(FrameScanner, TheTypesThatEncodersNameAreFramed) {
    for (const auto* type :
         {"audio/mpeg", "audio/mp3", "audio/x-mpeg", "audio/mpeg3", "audio/aac", "audio/aacp",
          "audio/x-aac", "audio/x-hx-aac-adts", "audio/flac", "audio/x-flac"}) {
        EXPECT_TRUE(make_scanner(type)->frames()) << type;
    }
}

TEST(FrameScanner, ParametersBlanksAndLetterCaseOfTheTypeAreIgnored) {
    EXPECT_TRUE(make_scanner("Audio/MPEG;codecs=mp3")->frames());
    EXPECT_TRUE(make_scanner(" audio/aacp\t; charset=utf-8")->frames());
    for (const auto* type : {"", " ", ";", "audio/mpeg4-generic", "audio", "x audio/mpeg"}) {
        EXPECT_FALSE(make_scanner(type)->frames()) << type;
    }
}

}  // namespace
}  // namespace ringcast::core::framing

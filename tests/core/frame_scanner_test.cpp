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

}  // namespace
}  // namespace ringcast::core::framing

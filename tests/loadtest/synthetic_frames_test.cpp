// SPDX-License-Identifier: Apache-2.0
#include "loadtest/synthetic_frames.hpp"

#include <gtest/gtest.h>

#include "tests/loadtest/stream_builder.hpp"

namespace ringcast::loadtest {
namespace {

constexpr std::array<std::uint32_t, 14> kBitrates{32,  40,  48,  56,  64,  80,  96,
                                                  112, 128, 160, 192, 224, 256, 320};

std::optional<FrameHead> head_of(const Bytes& bytes) {
    return read_frame_head(std::span(bytes).first<kFrameHeadBytes>());
}

TEST(SyntheticFrames, SayWhatWasWritten) {
    for (const std::uint32_t kbps : kBitrates) {
        const FrameIdentity identity{kStationMax, kSequenceMax, kFirst, 1'700'000'000'123'456};
        const auto bytes = frame(identity, kbps);
        const auto head = head_of(bytes);
        ASSERT_TRUE(head) << kbps;
        EXPECT_EQ(head->identity, identity);
        EXPECT_EQ(head->kbps, kbps);
        EXPECT_EQ(head->frame_bytes, bytes.size());
        EXPECT_TRUE(std::ranges::equal(frame_body(*head), std::span(bytes).subspan(68)));
    }
}

TEST(SyntheticFrames, HaveTheByteOfFrameStartsNowhereElse) {
    for (std::uint64_t number = 0; number < 2'000; ++number) {
        const auto bytes = frame(number);
        EXPECT_EQ(std::count(bytes.begin(), bytes.end(), std::byte{0xFF}), 1);
        EXPECT_EQ(bytes.front(), std::byte{0xFF});
    }
}

TEST(SyntheticFrames, KeepTheBitrateOnAverageAndSayTheirPaddingInTheHeader) {
    for (const std::uint32_t kbps : kBitrates) {
        std::size_t bytes = 0;
        for (std::uint64_t number = kFirst; number < kFirst + 49; ++number) {
            const auto one = frame(FrameIdentity{1, number, number, 0}, kbps);
            const bool padding = (one[2] & std::byte{2}) != std::byte{0};
            EXPECT_EQ(one.size(), 144'000 * kbps / 44'100 + (padding ? 1 : 0));
            bytes += one.size();
        }
        EXPECT_EQ(bytes, kbps * 160U) << "49 frames hold kbps * 160 bytes";
    }
}

TEST(SyntheticFrames, AreDueAtTheRateOfTheirSamples) {
    EXPECT_EQ(frame_due_us(44'100), 1'152'000'000);
    for (const std::int64_t time : {0L, 1L, 26'122L, 26'123L, 1'763'700'000'000'001L}) {
        const std::uint64_t sequence = frame_at(time);
        EXPECT_GE(frame_due_us(sequence), time);
        EXPECT_TRUE(sequence == 0 || frame_due_us(sequence - 1) < time);
    }
}

TEST(SyntheticFrames, ReadRefusesEveryFlippedBitOfTheHead) {
    const auto good = frame(3);
    for (std::size_t bit = 0; bit < kFrameHeadBytes * 8; ++bit) {
        auto bad = good;
        bad[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        EXPECT_FALSE(head_of(bad)) << "bit " << bit;
    }
}

}  // namespace
}  // namespace ringcast::loadtest

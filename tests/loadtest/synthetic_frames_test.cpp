// SPDX-License-Identifier: Apache-2.0
// The frames of each format: they say what they are, decoders and the server's scanner take them,
// and no wrong bit of a head goes unnoticed.
#include "loadtest/synthetic_frames.hpp"

#include <gtest/gtest.h>

#include "core/framing/frame_scanner.hpp"
#include "loadtest/head_reader.hpp"
#include "tests/loadtest/stream_builder.hpp"
#include "tests/support/joined.hpp"

namespace ringcast::loadtest {
namespace {

class SyntheticFrames : public testing::TestWithParam<FormatKind> {
  protected:
    std::optional<FrameHead> head_of(const Bytes& bytes) {
        return heads_.read(format_, std::span(bytes).first(format_.traits().head_bytes));
    }

    const StreamBuilder builder_{GetParam()};
    const FrameFormat& format_ = builder_.format();
    HeadReader heads_;
};

INSTANTIATE_TEST_SUITE_P(Formats, SyntheticFrames,
                         testing::Values(FormatKind::Mp3, FormatKind::Aac, FormatKind::Ogg),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(SyntheticFrames, SayWhatWasWritten) {
    for (const std::uint32_t kbps : kBitrates) {
        for (const std::uint64_t sequence : {kSequenceMax, kFirst + 7, kFirst + 8, kFirst}) {
            const FrameIdentity identity{kStationMax, sequence, kFirst, 1'700'000'000'123'456};
            const auto bytes = builder_.frame(identity, kbps);
            const auto claim = format_.claim(bytes);
            ASSERT_TRUE(claim) << kbps;
            EXPECT_EQ(claim->identity, identity);
            EXPECT_EQ(claim->kbps, kbps);
            for (int reading = 0; reading < 2; ++reading) {  // the second one is remembered
                const auto head = head_of(bytes);
                ASSERT_TRUE(head) << kbps;
                EXPECT_EQ(head->identity, identity);
                EXPECT_FALSE(head->stream_header);
                EXPECT_TRUE(std::ranges::equal(
                    head->body, std::span(bytes).subspan(format_.traits().head_bytes)));
            }
        }
    }
}

TEST_P(SyntheticFrames, HaveTheirMarkerFirstAndNotBehindTheHead) {
    for (const std::uint32_t kbps : kBitrates) {
        for (std::uint64_t number = kFirst; number < kFirst + 500; ++number) {
            const auto bytes = builder_.frame(FrameIdentity{1, number, kFirst, 0}, kbps);
            EXPECT_EQ(bytes.front(), format_.traits().marker);
            const auto body = std::span(bytes).subspan(format_.traits().head_bytes);
            EXPECT_EQ(std::ranges::count(body, format_.traits().marker), 0);
        }
    }
}

TEST_P(SyntheticFrames, KeepTheBitrateExactly) {
    // 441 frames take a whole number of bytes at each bitrate.
    constexpr std::uint64_t kFrames = 441;
    for (const std::uint32_t kbps : kBitrates) {
        std::size_t bytes = 0;
        for (std::uint64_t number = kFirst; number < kFirst + kFrames; ++number) {
            bytes += builder_.frame(FrameIdentity{1, number, kFirst, 0}, kbps).size();
        }
        const auto& traits = format_.traits();
        EXPECT_EQ(bytes * 8 * static_cast<std::uint64_t>(traits.sample_rate),
                  kFrames * static_cast<std::uint64_t>(traits.samples) * kbps * 1'000);
    }
}

TEST_P(SyntheticFrames, AreDueAtTheRateOfTheirSamples) {
    const auto& traits = format_.traits();
    const auto second_of_frames = static_cast<std::uint64_t>(traits.sample_rate);
    EXPECT_EQ(format_.due_us(second_of_frames), traits.samples * 1'000'000);
    for (const std::int64_t time : {0L, 1L, 26'122L, 120'000L, 1'763'700'000'000'001L}) {
        const std::uint64_t sequence = format_.frame_at(time);
        EXPECT_GE(format_.due_us(sequence), time);
        EXPECT_TRUE(sequence == 0 || format_.due_us(sequence - 1) < time);
    }
}

TEST_P(SyntheticFrames, AreRefusedWithAnyFlippedBitInTheHead) {
    const auto good = builder_.frame(3);
    ASSERT_TRUE(head_of(good));
    for (std::size_t bit = 0; bit < format_.traits().head_bytes * 8; ++bit) {
        auto bad = good;
        bad[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        EXPECT_FALSE(head_of(bad)) << "bit " << bit;
    }
}

TEST_P(SyntheticFrames, HaveADecoderPlayThem) {
    for (const std::uint32_t kbps : {32U, 128U, 320U}) {
        auto stream = builder_.header();
        for (std::uint64_t number = kFirst; number < kFirst + 100; ++number) {
            stream += builder_.frame(FrameIdentity{kStation, number, kFirst, 0}, kbps);
        }
        EXPECT_TRUE(tests::support::decodes_without_error(
            {reinterpret_cast<const char*>(stream.data()), stream.size()}))
            << kbps;
    }
}

TEST_P(SyntheticFrames, AreWhatTheServersScannerFinds) {
    using Kind = core::framing::ScanUnit::Kind;
    const auto scanner = core::framing::make_scanner(format_.traits().content_type);
    for (const std::uint32_t kbps : kBitrates) {
        auto stream = builder_.header();
        for (std::uint64_t number = kFirst; number < kFirst + 20; ++number) {
            stream += builder_.frame(FrameIdentity{kStation, number, kFirst, 0}, kbps);
        }
        const std::span bytes(stream);
        for (std::size_t at = 0; at < bytes.size();) {
            const auto unit = scanner->next(bytes.subspan(at));
            ASSERT_TRUE(unit.kind == Kind::Frame || unit.kind == Kind::Header) << kbps << " " << at;
            at += unit.bytes;
        }
    }
}

}  // namespace
}  // namespace ringcast::loadtest

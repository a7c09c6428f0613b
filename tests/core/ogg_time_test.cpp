// SPDX-License-Identifier: Apache-2.0
// Sync points and durations.
#include "core/framing/ogg.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <utility>

#include "tests/support/ogg_builder.hpp"
#include "tests/support/scan_units.hpp"
#include "tests/support/unit_letters.hpp"

namespace ringcast::core::framing {
namespace {

using namespace tests;  // the builders are half of every line here
using Kind = ScanUnit::Kind;

constexpr std::uint32_t kSeed = 7310;

std::vector<FoundUnit> units_of(const Bytes& stream) {
    return scan_whole(*make_ogg_scanner(), stream);
}

std::string letters_of(const Bytes& stream) {
    return letters(units_of(stream));
}

std::uint64_t played_us(const Bytes& stream) {
    return sum_us(units_of(stream));
}

Bytes page(std::vector<Bytes> packets, std::int64_t granule = 0) {
    return ogg_page({.granule = granule, .packets = std::move(packets)});
}

Bytes first_page(Bytes packet, std::uint32_t serial = 1) {
    return ogg_page({.serial = serial, .packets = {std::move(packet)}, .first = true});
}

Bytes data_page(std::int64_t granule = 4096) {
    return page({Bytes(500, std::byte{0x22})}, granule);
}

TEST(Ogg, APageThatContinuesAPacketIsNoSyncPoint) {
    const Bytes packet = opus_packet(510);
    const Bytes stream =
        joined({opus_headers(1), ogg_page({.granule = -1, .packets = {packet}, .open = true}),
                ogg_page({.granule = 312 + 960, .packets = {Bytes(9)}, .continued = true}),
                opus_page(1, 312 + 960 + 48000)});
    const auto units = units_of(stream);
    EXPECT_EQ(letters(units), "CHSFS");
    EXPECT_EQ(units[2].duration_us, 0U) << "no packet ends on the first";
    EXPECT_EQ(units[3].duration_us, 20'000U);
    EXPECT_EQ(units[4].duration_us, 1'000'000U);
}

TEST(Ogg, DurationsAddUpToTheGranulePositionsWithoutDrift) {
    SCOPED_TRACE(kSeed);
    Bytes stream = vorbis_headers(1);
    std::mt19937 random(kSeed);
    std::int64_t granule = 0;
    for (int i = 0; i < 500; ++i) {
        granule += 1 + static_cast<std::int64_t>(random() % 3072);
        append(stream, page(std::vector<Bytes>(3, Bytes(40)), granule));
    }
    EXPECT_EQ(played_us(stream), static_cast<std::uint64_t>(granule) * 1'000'000 / 44100);
}

TEST(Ogg, PreSkipIsNotPlayed) {
    const Bytes headers = joined({first_page(opus_head(3840)), page({opus_tags()})});
    EXPECT_EQ(played_us(joined({headers, opus_page(1, 48000)})), 920'000U);
    EXPECT_EQ(played_us(joined({headers, opus_page(1, 960, 1), opus_page(1, 48960)})), 940'000U);
}

TEST(Ogg, ARelayedStreamThatBeginsHoursInAddsOnlyWhatItsPacketsHold) {
    constexpr std::int64_t kHours = 48000LL * 3600 * 30;
    EXPECT_EQ(
        played_us(joined({opus_headers(1), opus_page(1, kHours), opus_page(1, kHours + 48000)})),
        2'000'000U);
    EXPECT_LE(played_us(joined({vorbis_headers(1), data_page(kHours), data_page(kHours + 1024)})),
              2048ULL * 1'000'000 / 44100);
}

TEST(Ogg, GranulePositionsThatJumpOrGoBackAddOnlyWhatPacketsHold) {
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
    Bytes stream = opus_headers(1);
    for (const std::int64_t granule : {kMax, std::int64_t{0}, kMax, kMin, std::int64_t{-1},
                                       std::int64_t{-2}, std::int64_t{312}, kMax - 1}) {
        append(stream, opus_page(1, granule));
    }
    EXPECT_EQ(played_us(stream), 3'000'000U);
    EXPECT_EQ(played_us(joined({stream, opus_page(1, 312), opus_page(1, 48312)})), 4'000'000U)
        << "and time is counted from where it jumped to";
}

TEST(Ogg, StreamsOfUnknownRateAddNoTime) {
    const Bytes headers = vorbis_headers(1, {}, {.sample_rate = 1});
    EXPECT_EQ(letters_of(joined({headers, data_page()})), "CHS");
    EXPECT_EQ(played_us(joined({headers, data_page()})), 0U);
}

}  // namespace
}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
// Broken and hostile bytes, and streams that come in pieces.
#include "core/framing/ogg.hpp"

#include <gtest/gtest.h>

#include <algorithm>
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

TEST(Ogg, AnyByteChangedInAPageMakesThatPageJunk) {
    const Bytes before = joined({opus_headers(1), opus_page(1, 48312)});
    const Bytes victim = opus_page(1, 96312, 3);
    const Bytes after = opus_page(1, 144312);
    for (std::size_t at = 0; at < victim.size(); ++at) {
        Bytes broken = victim;
        broken[at] ^= std::byte{0x10};
        // A longer segment makes the page swallow what follows until enough is shown.
        const Bytes stream = joined({before, broken, after, Bytes(70'000), after});
        const auto units = units_of(stream);
        ASSERT_EQ(letters(units), "CHSJSJS") << at;
        EXPECT_EQ(units[3].bytes, victim.size()) << at;
    }
}

TEST(Ogg, BytesBetweenPagesAreJunk) {
    const Bytes page_start = bytes_of("OggS");
    EXPECT_EQ(letters_of(joined({bytes_of("HTTP/1.0 200 OK\r\n\r\nOgg"), opus_headers(1),
                                 bytes_of("OOggOggOg"), opus_page(1, 48312), Bytes(200'000),
                                 bytes_of("OggS\x01"), opus_page(1, 96312)})),
              "JCHJSJS");
}

TEST(Ogg, OnlySoManyFalsePagesAreSearchedAgain) {
    // Each false page holds a right one. Only bytes in order earn the search within it.
    Bytes false_page(kUnitBytesMax, std::byte{0});
    const Bytes head = ogg_page({.packets = std::vector<Bytes>(255, Bytes(254))});
    std::copy_n(head.begin(), 27 + 255, false_page.begin());
    false_page[22] ^= std::byte{1};
    const Bytes inner = opus_page(1, 48312);
    std::copy(inner.begin(), inner.end(), false_page.begin() + 30'000);
    false_page.resize(head.size());
    Bytes stream = opus_headers(1);
    for (int i = 0; i < 100; ++i) {
        append(stream, false_page);
    }
    const auto found = only(Kind::Frame, units_of(stream)).size();
    EXPECT_GE(found, 4U);
    EXPECT_LE(found, 20U);
}

Bytes mixed_stream(std::mt19937& random) {
    return joined({bytes_of("junk OggOg"), vorbis_headers(5, {"TITLE=A"}),
                   ogg_page({.serial = 5, .granule = 1024, .packets = {Bytes(30), {}, Bytes(300)}}),
                   payload_without_syncs(200, random), opus_headers(6, {"TITLE=B"}),
                   opus_page(6, 312 + 2 * 960, 2), bytes_of("OggS"), opus_page(6, 8000, 3),
                   ogg_page({.serial = 6, .packets = {}, .last = true})});
}

TEST(Ogg, UnitsDoNotDependOnHowTheStreamIsSplit) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    const Bytes stream = mixed_stream(random);
    const auto expected = units_of(stream);
    ASSERT_EQ(letters(expected), "JCHSJCHSJSF");
    for (std::size_t split = 1; split < stream.size(); ++split) {
        bool first = true;
        const auto chunks = [&] { return std::exchange(first, false) ? split : stream.size(); };
        ASSERT_EQ(scan_in_chunks(*make_ogg_scanner(), stream, chunks), expected) << split;
    }
    ASSERT_EQ(scan_in_chunks(*make_ogg_scanner(), stream, [] { return 1; }), expected);
    for (int round = 0; round < 100; ++round) {
        ASSERT_EQ(scan_in_chunks(*make_ogg_scanner(), stream, random_chunks(random)), expected);
    }
}

TEST(Ogg, AStreamCutAnywhereGivesTheUnitsThatAreWhole) {
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    const Bytes stream = mixed_stream(random);
    const auto whole = units_of(stream);
    for (std::size_t bytes = 0; bytes < stream.size(); ++bytes) {
        const auto cut =
            units_of(Bytes(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(bytes)));
        std::vector<FoundUnit> expected;
        for (const FoundUnit& unit : whole) {
            if (unit.kind != Kind::Junk && unit.offset + unit.bytes <= bytes) {
                expected.push_back(unit);
            }
        }
        std::vector<FoundUnit> found;
        for (const FoundUnit& unit : cut) {
            if (unit.kind != Kind::Junk) {
                found.push_back(unit);
            }
        }
        ASSERT_EQ(found, expected) << bytes;
    }
}

}  // namespace
}  // namespace ringcast::core::framing

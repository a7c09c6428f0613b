// SPDX-License-Identifier: Apache-2.0
#include "config/quantities.hpp"

#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <random>

namespace ringcast::config {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();

TEST(Quantities, SizesAreReadInEveryUnit) {
    struct Row {
        std::string_view text;
        std::uint64_t bytes;
    };
    constexpr auto kRows = std::to_array<Row>({
        {"0", 0},
        {"7", 7},
        {"0007", 7},
        {"7B", 7},
        {"1KiB", 1'024},
        {"1MiB", 1'048'576},
        {"1GiB", 1'073'741'824},
        {"1KB", 1'000},
        {"1MB", 1'000'000},
        {"1GB", 1'000'000'000},
        {"64 KiB", 65'536},
        {"64   KiB", 65'536},
        {"1.5KiB", 1'536},
        {"0.5KiB", 512},
        {"1.500KB", 1'500},
        {"2.0B", 2},
        {"2.0", 2},
        {"0.123456789GB", 123'456'789},
        {"18446744073709551615", kMax},
        {"18446744073709551615B", kMax},
        {"17179869183GiB", 17'179'869'183ULL << 30U},
        {"17179869183.5GiB", (17'179'869'183ULL << 30U) + (1ULL << 29U)},
    });
    for (const Row& row : kRows) {
        SCOPED_TRACE(row.text);
        const auto size = parse_bytes(row.text);
        ASSERT_TRUE(size.has_value());
        EXPECT_EQ(size->count, row.bytes);
    }
}

TEST(Quantities, DurationsAreReadInEveryUnit) {
    struct Row {
        std::string_view text;
        Duration duration;
    };
    constexpr auto kRows = std::to_array<Row>({
        {"0", 0ms},
        {"0s", 0ms},
        {"15", 15s},
        {"1.5", 1500ms},
        {"250ms", 250ms},
        {"250 ms", 250ms},
        {"15s", 15s},
        {"1.5s", 1500ms},
        {"0.001s", 1ms},
        {"0.0010", 1ms},
        {"2min", 2min},
        {"0.5min", 30s},
        {"1h", 1h},
        {"0.25h", 15min},
        {"0.000025h", 90ms},
        {"9223372036854775807ms", Duration::max()},
    });
    for (const Row& row : kRows) {
        SCOPED_TRACE(row.text);
        const auto duration = parse_duration(row.text);
        ASSERT_TRUE(duration.has_value());
        EXPECT_EQ(*duration, row.duration);
    }
}

TEST(Quantities, WhatIsNoQuantityIsRefusedWithItsFault) {
    struct Row {
        std::string_view text;
        QuantityFault size;
        QuantityFault duration;
    };
    using enum QuantityFault;
    constexpr auto kRows = std::to_array<Row>({
        {"", Malformed, Malformed},
        {" ", Malformed, Malformed},
        {"KiB", Malformed, Malformed},
        {"s", Malformed, Malformed},
        {"-", Malformed, Malformed},
        {"+1", Malformed, Malformed},
        {" 1", Malformed, Malformed},
        {"1 ", Malformed, Malformed},
        {"1.", Malformed, Malformed},
        {".5", Malformed, Malformed},
        {"1..5", Malformed, Malformed},
        {"1.5.5", Malformed, Malformed},
        {"1e3", Malformed, Malformed},
        {"0x10", Malformed, Malformed},
        {"1,5", Malformed, Malformed},
        {"12 parsecs", Malformed, Malformed},
        {"1kib", Malformed, Malformed},
        {"1KIB", Malformed, Malformed},
        {"1Kib", Malformed, Malformed},
        {"1K", Malformed, Malformed},
        {"1TiB", Malformed, Malformed},
        {"1m", Malformed, Malformed},
        {"1S", Malformed, Malformed},
        {"1d", Malformed, Malformed},
        {"1\tB", Malformed, Malformed},
        {"1s ", Malformed, Malformed},
        {"-1", OutOfRange, OutOfRange},
        {"-0", OutOfRange, OutOfRange},
        {"18446744073709551616", OutOfRange, OutOfRange},
        {"99999999999999999999999999", OutOfRange, OutOfRange},
        {"0.1234567891", TooFine, TooFine},
        {"0.0001", TooFine, TooFine},
    });
    for (const Row& row : kRows) {
        SCOPED_TRACE(row.text);
        EXPECT_EQ(parse_bytes(row.text).error(), row.size);
        EXPECT_EQ(parse_duration(row.text).error(), row.duration);
    }
    EXPECT_EQ(parse_bytes("1s").error(), Malformed);
    EXPECT_EQ(parse_bytes("0.5").error(), TooFine);
    EXPECT_EQ(parse_bytes("0.0009765625KiB").error(), TooFine) << "ten digits behind the point";
    EXPECT_EQ(parse_bytes("17179869184GiB").error(), OutOfRange);
    EXPECT_EQ(parse_bytes("18446744073709551.616KB").error(), OutOfRange);
    EXPECT_EQ(parse_duration("1KiB").error(), Malformed);
    EXPECT_EQ(parse_duration("9223372036854775808ms").error(), OutOfRange);
    EXPECT_EQ(parse_duration("2562047788016h").error(), OutOfRange);
    EXPECT_EQ(parse_duration("1.5ms").error(), TooFine);
}

TEST(Quantities, BurstsNeedAUnitThatSaysWhichTheyAre) {
    EXPECT_EQ(*parse_burst("4s"), Burst(Duration(4s)));
    EXPECT_EQ(*parse_burst("0s"), Burst(Duration(0s)));
    EXPECT_EQ(*parse_burst("500 ms"), Burst(Duration(500ms)));
    EXPECT_EQ(*parse_burst("64KiB"), Burst(kib(64)));
    EXPECT_EQ(*parse_burst("0B"), Burst(Bytes{0}));
    EXPECT_EQ(parse_burst("4").error(), QuantityFault::NoUnit);
    EXPECT_EQ(parse_burst("0").error(), QuantityFault::NoUnit);
    EXPECT_EQ(parse_burst("").error(), QuantityFault::Malformed);
    EXPECT_EQ(parse_burst("12 parsecs").error(), QuantityFault::Malformed);
    EXPECT_EQ(parse_burst("-4s").error(), QuantityFault::OutOfRange);
    EXPECT_EQ(parse_burst("99999999999999999999GiB").error(), QuantityFault::OutOfRange);
    EXPECT_EQ(parse_burst("0.1ms").error(), QuantityFault::TooFine);
}

TEST(Quantities, ArePrintedInTheLargestUnitThatIsExact) {
    EXPECT_EQ(to_string(Bytes{0}), "0");
    EXPECT_EQ(to_string(Bytes{1}), "1");
    EXPECT_EQ(to_string(Bytes{16'000}), "16000");
    EXPECT_EQ(to_string(Bytes{1'025}), "1025");
    EXPECT_EQ(to_string(kib(64)), "64KiB");
    EXPECT_EQ(to_string(kib(1'025)), "1025KiB");
    EXPECT_EQ(to_string(gib(1'024)), "1024GiB");
    EXPECT_EQ(to_string(Bytes{kMax}), "18446744073709551615");
    EXPECT_EQ(to_string(Duration(0)), "0s");
    EXPECT_EQ(to_string(Duration(1)), "1ms");
    EXPECT_EQ(to_string(Duration(1'500)), "1500ms");
    EXPECT_EQ(to_string(Duration(90s)), "90s");
    EXPECT_EQ(to_string(Duration(2min)), "2min");
    EXPECT_EQ(to_string(Duration(24h)), "24h");
    EXPECT_EQ(to_string(Burst(Duration(4s))), "4s");
    EXPECT_EQ(to_string(Burst(kib(64))), "64KiB");
    EXPECT_EQ(to_string(Burst(Bytes{100})), "100B");
}

TEST(Quantities, PrintedTextReadsBackAsTheSameValue) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (int round = 0; round < 20'000; ++round) {
        // Few bits at a random place: many values that larger units divide.
        const std::uint64_t value = (random() & 0xFFFU) << (random() % 51);
        const Bytes size{value};
        const Duration duration(static_cast<Duration::rep>(value % 1'000'000'007));
        ASSERT_EQ(parse_bytes(to_string(size))->count, size.count);
        ASSERT_EQ(*parse_duration(to_string(duration)), duration);
        ASSERT_EQ(*parse_burst(to_string(Burst(size))), Burst(size));
        ASSERT_EQ(*parse_burst(to_string(Burst(duration))), Burst(duration));
    }
}

}  // namespace
}  // namespace ringcast::config

// SPDX-License-Identifier: Apache-2.0
// Sizes and durations as an operator writes them ("64KiB", "1.5s") and as the program uses them.
// Sizes: B, KiB MiB GiB (1024), KB MB GB (1000); a bare number is bytes. Durations: ms s min h; a
// bare number is seconds. Blanks may stand between number and unit; fractions are exact or refused.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace ringcast::config {

/// A number of bytes.
struct Bytes {
    std::uint64_t count = 0;
    constexpr auto operator<=>(const Bytes&) const = default;
};

constexpr Bytes kib(std::uint64_t count) {
    return {count << 10U};
}
constexpr Bytes mib(std::uint64_t count) {
    return {count << 20U};
}
constexpr Bytes gib(std::uint64_t count) {
    return {count << 30U};
}

/// Every duration of the configuration; milliseconds are its finest grain.
using Duration = std::chrono::milliseconds;

/// How much of the past a new listener gets at once: playing time, or bytes.
using Burst = std::variant<Duration, Bytes>;

enum class QuantityFault : std::uint8_t {
    Malformed,   ///< not a number and a unit
    OutOfRange,  ///< negative, or beyond 64 bits
    TooFine,     ///< not a whole number of bytes or milliseconds
    NoUnit,      ///< a bare number where it could mean either
};

[[noreturn]] void throw_exception_from_error(QuantityFault fault,
                                             const boost::source_location& where);

template <class T>
using QuantityResult = boost::system::result<T, QuantityFault>;

[[nodiscard]] QuantityResult<Bytes> parse_bytes(std::string_view text);
[[nodiscard]] QuantityResult<Duration> parse_duration(std::string_view text);
/// A duration or a size; the unit says which, so there must be one.
[[nodiscard]] QuantityResult<Burst> parse_burst(std::string_view text);

/// The shortest text that parses back to the same value: "64KiB", "16000", "90s", "250ms".
[[nodiscard]] std::string to_string(Bytes size);
/// Requires: not negative.
[[nodiscard]] std::string to_string(Duration duration);
/// Always with a unit, so that it parses back.
[[nodiscard]] std::string to_string(const Burst& burst);

}  // namespace ringcast::config

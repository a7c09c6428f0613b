// SPDX-License-Identifier: Apache-2.0
#include "config/quantities.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>

namespace ringcast::config {
namespace {

struct Unit {
    std::string_view name;
    std::uint64_t factor;  ///< in bytes or milliseconds
};

// The unit of a bare number comes first.
constexpr auto kSizeUnits = std::to_array<Unit>({
    {"B", 1},
    {"KiB", 1U << 10U},
    {"MiB", 1U << 20U},
    {"GiB", 1U << 30U},
    {"KB", 1'000},
    {"MB", 1'000'000},
    {"GB", 1'000'000'000},
});
constexpr auto kDurationUnits =
    std::to_array<Unit>({{"s", 1'000}, {"ms", 1}, {"min", 60'000}, {"h", 3'600'000}});

// With at most nine digits behind the point and no factor above 2^30, the fraction's product with
// the factor fits 64 bits.
constexpr std::size_t kFractionDigitsMax = 9;

struct Number {
    std::string_view whole;
    std::string_view fraction;  ///< digits behind the point, without trailing zeros
    std::string_view unit;      ///< empty for a bare number
    bool negative = false;
};

std::string_view take_digits(std::string_view& text) {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    const std::string_view digits = text.substr(0, end);
    text.remove_prefix(end);
    return digits;
}

/// The parts of "-1.50 KiB"; nothing when it does not look like that.
std::optional<Number> split(std::string_view text) {
    Number number;
    number.negative = text.starts_with('-');
    if (number.negative) {
        text.remove_prefix(1);
    }
    number.whole = take_digits(text);
    if (number.whole.empty()) {
        return std::nullopt;
    }
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        number.fraction = take_digits(text);
        if (number.fraction.empty()) {
            return std::nullopt;
        }
        while (number.fraction.ends_with('0')) {
            number.fraction.remove_suffix(1);
        }
    }
    number.unit = text.substr(std::min(text.find_first_not_of(' '), text.size()));
    if (number.unit.empty() && !text.empty()) {
        return std::nullopt;  // blanks, and then nothing
    }
    return number;
}

std::optional<std::uint64_t> factor_of(std::string_view unit, std::span<const Unit> units) {
    if (unit.empty()) {
        return units.front().factor;
    }
    for (const Unit& known : units) {
        if (known.name == unit) {
            return known.factor;
        }
    }
    return std::nullopt;
}

/// Digits to a number; nothing when they exceed 64 bits. Empty digits are 0.
std::optional<std::uint64_t> to_number(std::string_view digits) {
    std::uint64_t value = 0;
    if (digits.empty()) {
        return value;
    }
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} ? std::optional(value) : std::nullopt;
}

QuantityResult<std::uint64_t> scale(const Number& number, std::uint64_t factor) {
    if (number.negative) {
        return QuantityFault::OutOfRange;
    }
    if (number.fraction.size() > kFractionDigitsMax) {
        return QuantityFault::TooFine;
    }
    std::uint64_t part = *to_number(number.fraction) * factor;
    for (std::size_t digit = 0; digit < number.fraction.size(); ++digit) {
        if (part % 10 != 0) {
            return QuantityFault::TooFine;
        }
        part /= 10;
    }
    const auto whole = to_number(number.whole);
    const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - part;
    if (!whole || *whole > room / factor) {
        return QuantityFault::OutOfRange;
    }
    return *whole * factor + part;
}

QuantityResult<std::uint64_t> parse(std::string_view text, std::span<const Unit> units) {
    const auto number = split(text);
    const auto factor = number ? factor_of(number->unit, units) : std::nullopt;
    return factor ? scale(*number, *factor) : QuantityFault::Malformed;
}

std::string print(std::uint64_t value, std::span<const Unit> units) {
    const Unit* best = nullptr;
    for (const Unit& unit : units) {
        if (value % unit.factor == 0 && (best == nullptr || unit.factor > best->factor)) {
            best = &unit;
        }
    }
    return std::to_string(value / best->factor) + std::string(best->name);
}

}  // namespace

void throw_exception_from_error(QuantityFault /*fault*/, const boost::source_location& /*where*/) {
    throw std::invalid_argument("not a size or duration");
}

QuantityResult<Bytes> parse_bytes(std::string_view text) {
    const auto count = parse(text, kSizeUnits);
    return count.has_error() ? QuantityResult<Bytes>(count.error()) : Bytes{*count};
}

QuantityResult<Duration> parse_duration(std::string_view text) {
    const auto count = parse(text, kDurationUnits);
    if (count.has_error()) {
        return count.error();
    }
    if (*count > static_cast<std::uint64_t>(Duration::max().count())) {
        return QuantityFault::OutOfRange;
    }
    return Duration(static_cast<Duration::rep>(*count));
}

QuantityResult<Burst> parse_burst(std::string_view text) {
    const auto number = split(text);
    if (number && number->unit.empty()) {
        return QuantityFault::NoUnit;
    }
    if (number && factor_of(number->unit, kDurationUnits)) {
        const auto duration = parse_duration(text);
        return duration.has_error() ? QuantityResult<Burst>(duration.error()) : Burst(*duration);
    }
    const auto size = parse_bytes(text);
    return size.has_error() ? QuantityResult<Burst>(size.error()) : Burst(*size);
}

std::string to_string(Bytes size) {
    // Powers of 1024 where they divide the size, else the bare number: 16000 stays 16000.
    const std::string text = print(size.count, std::span(kSizeUnits).first<4>());
    return text.ends_with("iB") && size.count != 0 ? text : std::to_string(size.count);
}

std::string to_string(Duration duration) {
    const auto count = static_cast<std::uint64_t>(duration.count());
    return count == 0 ? "0s" : print(count, kDurationUnits);
}

std::string to_string(const Burst& burst) {
    if (const auto* duration = std::get_if<Duration>(&burst)) {
        return to_string(*duration);
    }
    const std::string text = to_string(std::get<Bytes>(burst));
    return text.ends_with('B') ? text : text + "B";
}

}  // namespace ringcast::config

// SPDX-License-Identifier: Apache-2.0
#include "config/value.hpp"

#include <algorithm>
#include <charconv>
#include <concepts>
#include <type_traits>

#include "config/choices.hpp"
#include "config/suggest.hpp"

namespace ringcast::config {
namespace {

template <class T>
concept Count = std::same_as<T, std::uint16_t> || std::same_as<T, std::uint32_t>;
template <class T>
concept Flag = std::same_as<T, bool> || std::same_as<T, std::optional<bool>>;
template <class T>
concept Enumeration = std::is_enum_v<T>;
template <class T>
concept Quantity = std::same_as<T, Bytes> || std::same_as<T, Duration>;

std::uint64_t raw(Bytes size) {
    return size.count;
}
std::uint64_t raw(Duration duration) {
    return static_cast<std::uint64_t>(duration.count());
}

Bytes from_raw(std::uint64_t value, const Bytes* /*type*/) {
    return {value};
}
Duration from_raw(std::uint64_t value, const Duration* /*type*/) {
    return Duration(static_cast<Duration::rep>(value));
}

QuantityResult<Bytes> parse_quantity(const Node& node, const Bytes* /*type*/) {
    return parse_bytes(node.text);
}
QuantityResult<Duration> parse_quantity(const Node& node, const Duration* /*type*/) {
    return parse_duration(node.text);
}

bool has_control_characters(std::string_view text) {
    return std::ranges::any_of(text, [](char character) {
        const auto code = static_cast<unsigned char>(character);
        return code < 0x20 || code == 0x7F;
    });
}

bool is_within(std::uint64_t value, const Field& field) {
    const Bounds& bounds = field.bounds;
    return (value >= bounds.min && value <= bounds.max) ||
           (value == 0 && field.special == Special::ZeroIsOff);
}

/// `first` to `last` of the bounds, and the special value.
std::string range(const std::string& first, const std::string& last, Special special) {
    std::string text = first + " to " + last;
    switch (special) {
        case Special::None:
            break;
        case Special::ZeroIsOff:
            text += ", or 0 (off)";
            break;
        case Special::Auto:
            text += ", or \"auto\"";
            break;
    }
    return text;
}

std::string length_range(const Field& field) {
    const std::string max = std::to_string(field.bounds.max) + " bytes";
    return field.bounds.min == 0 ? "at most " + max
                                 : std::to_string(field.bounds.min) + " to " + max;
}

/// One overload per kind of member.
struct Allowed {
    const Field& field;

    std::string operator()(const std::string* /*member*/) const {
        const std::string length = length_range(field);
        return field.rule == nullptr ? length : std::string(field.rule->expected);
    }
    std::string operator()(const Flag auto* /*member*/) const { return "true or false"; }
    std::string operator()(const Count auto* /*member*/) const {
        return range(std::to_string(field.bounds.min), std::to_string(field.bounds.max),
                     field.special);
    }
    template <Quantity T>
    std::string operator()(const T* member) const {
        return range(to_string(from_raw(field.bounds.min, member)),
                     to_string(from_raw(field.bounds.max, member)), field.special);
    }
    std::string operator()(const Burst* /*member*/) const {
        return "at most " + to_string(kBurstDurationMax) + ", or at most " +
               to_string(kBurstSizeMax);
    }
    template <Enumeration E>
    std::string operator()(const E* /*member*/) const {
        std::string text;
        for (const Choice<E>& choice : choices(E{})) {
            text += (text.empty() ? "\"" : ", \"") + std::string(choice.spelling) + '"';
        }
        return "one of " + text;
    }
};

Error fault(std::string_view what, std::string expected = {}, std::string_view meant = {}) {
    return {.path = {},
            .value = {},
            .fault = std::string(what),
            .expected = std::move(expected),
            .meant = std::string(meant)};
}

/// One overload per kind of member; the value is added to the error by read_value().
struct Read {
    const Field& field;
    const Node& node;

    std::optional<Error> operator()(std::string* member) const {
        const std::size_t size = node.text.size();
        if (node.type != Node::Type::String) {
            return fault("is not a text", allowed(field, member));
        }
        if (size < field.bounds.min) {
            return fault("is empty", allowed(field, member));
        }
        if (size > field.bounds.max) {
            return fault("is too long", length_range(field));
        }
        if (has_control_characters(node.text)) {
            return fault("contains a control character", allowed(field, member));
        }
        if (size != 0 && field.rule != nullptr) {
            if (const std::string_view what = field.rule->fault(node.text); !what.empty()) {
                return fault(what, allowed(field, member));
            }
        }
        *member = node.text;
        return std::nullopt;
    }

    std::optional<Error> operator()(Flag auto* member) const {
        if (node.type != Node::Type::Boolean) {
            return fault("is not a flag", allowed(field, member));
        }
        *member = node.text == "true";
        return std::nullopt;
    }

    template <Count T>
    std::optional<Error> operator()(T* member) const {
        std::uint64_t value = 0;
        const char* const end = node.text.data() + node.text.size();
        const auto parsed = std::from_chars(node.text.data(), end, value);
        const bool negative =
            node.text.starts_with('-') && node.text.find('.') == std::string::npos;
        if (node.type != Node::Type::Number || (parsed.ptr != end && !negative)) {
            return fault("is not a whole number", allowed(field, member));
        }
        if (negative || parsed.ec != std::errc{} || !is_within(value, field)) {
            return fault("is out of range", allowed(field, member));
        }
        *member = static_cast<T>(value);
        return std::nullopt;
    }

    template <Quantity T>
    std::optional<Error> operator()(T* member) const {
        constexpr bool kIsSize = std::same_as<T, Bytes>;
        const auto malformed = [&] {
            return fault(kIsSize ? "is not a size" : "is not a duration", allowed(field, member));
        };
        if (node.type != Node::Type::Number && node.type != Node::Type::String) {
            return malformed();
        }
        const auto value = parse_quantity(node, member);
        if (value.has_error() && value.error() == QuantityFault::Malformed) {
            return malformed();
        }
        if (value.has_error() && value.error() == QuantityFault::TooFine) {
            return fault(kIsSize ? "is not a whole number of bytes"
                                 : "is not a whole number of milliseconds",
                         allowed(field, member));
        }
        if (value.has_error() || !is_within(raw(*value), field)) {
            return fault("is out of range", allowed(field, member));
        }
        *member = *value;
        return std::nullopt;
    }

    std::optional<Error> operator()(Burst* member) const {
        const auto malformed = [&] {
            return fault("is not a duration or size", allowed(field, member));
        };
        if (node.type != Node::Type::Number && node.type != Node::Type::String) {
            return malformed();
        }
        const auto value = parse_burst(node.text);
        if (value.has_error()) {
            switch (value.error()) {
                case QuantityFault::Malformed:
                    return malformed();
                case QuantityFault::OutOfRange:
                    return fault("is out of range", allowed(field, member));
                case QuantityFault::TooFine:
                    return fault("is not a whole number of milliseconds or bytes",
                                 allowed(field, member));
                case QuantityFault::NoUnit:
                    return fault("needs a unit",
                                 R"(a duration such as "4s" or a size such as "64KiB")");
            }
        }
        const auto* duration = std::get_if<Duration>(&*value);
        const bool within = duration != nullptr ? *duration <= kBurstDurationMax
                                                : std::get<Bytes>(*value) <= kBurstSizeMax;
        if (!within) {
            return fault("is out of range", allowed(field, member));
        }
        *member = *value;
        return std::nullopt;
    }

    template <Enumeration E>
    std::optional<Error> operator()(E* member) const {
        std::vector<std::string_view> spellings;
        for (const Choice<E>& choice : choices(E{})) {
            if (node.type == Node::Type::String && node.text == choice.spelling) {
                *member = choice.value;
                return std::nullopt;
            }
            spellings.push_back(choice.spelling);
        }
        return fault("is not accepted", allowed(field, member), closest(node.text, spellings));
    }
};

struct ToJson {
    std::string operator()(const std::string* member) const {
        std::string text;
        for (const char character : *member) {  // read_value() let no control characters in
            text += character == '"' || character == '\\' ? "\\" : "";
            text += character;
        }
        return '"' + text + '"';
    }
    std::string operator()(const bool* member) const { return *member ? "true" : "false"; }
    std::string operator()(const std::optional<bool>* member) const {
        return member->has_value() ? (*this)(&**member) : "null";
    }
    std::string operator()(const Count auto* member) const { return std::to_string(*member); }
    std::string operator()(const Bytes* member) const {
        const std::string text = to_string(*member);
        return text.ends_with('B') ? '"' + text + '"' : text;
    }
    std::string operator()(const Duration* member) const { return '"' + to_string(*member) + '"'; }
    std::string operator()(const Burst* member) const { return '"' + to_string(*member) + '"'; }
    template <Enumeration E>
    std::string operator()(const E* member) const {
        const auto choice = std::ranges::find(choices(E{}), *member, &Choice<E>::value);
        return '"' + std::string(choice->spelling) + '"';
    }
};

struct TypeName {
    std::string_view operator()(const std::string* /*member*/) const { return "text"; }
    std::string_view operator()(const Flag auto* /*member*/) const { return "flag"; }
    std::string_view operator()(const Count auto* /*member*/) const { return "number"; }
    std::string_view operator()(const Bytes* /*member*/) const { return "size"; }
    std::string_view operator()(const Duration* /*member*/) const { return "duration"; }
    std::string_view operator()(const Burst* /*member*/) const { return "duration or size"; }
    std::string_view operator()(const Enumeration auto* /*member*/) const { return "choice"; }
};

/// True when the member holds the 0 that stands for "auto".
struct IsZero {
    bool operator()(const Count auto* member) const { return *member == 0; }
    bool operator()(const Quantity auto* member) const { return raw(*member) == 0; }
    bool operator()(const auto* /*member*/) const { return false; }
};

struct SetZero {
    void operator()(Count auto* member) const { *member = 0; }
    void operator()(Quantity auto* member) const { *member = {}; }
    void operator()(auto* /*member*/) const {}
};

}  // namespace

std::optional<Error> read_value(const Field& field, const Node& node, Slot slot) {
    if (field.special == Special::Auto && node.type == Node::Type::String && node.text == "auto") {
        std::visit(SetZero{}, slot);
        return std::nullopt;
    }
    std::optional<Error> error = std::visit(Read{field, node}, slot);
    if (error) {
        error->value = field.secret && !node.text.empty() ? "***" : shown(node);
    }
    return error;
}

std::string allowed(const Field& field, Slot slot) {
    return std::visit(Allowed{field}, slot);
}

std::string to_json(const Field& field, Slot slot) {
    const bool is_auto = field.special == Special::Auto && std::visit(IsZero{}, slot);
    return is_auto ? "\"auto\"" : std::visit(ToJson{}, slot);
}

std::string_view type_name(Slot slot) {
    return std::visit(TypeName{}, slot);
}

}  // namespace ringcast::config

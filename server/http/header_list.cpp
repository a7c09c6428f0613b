// SPDX-License-Identifier: Apache-2.0
#include "server/http/header_list.hpp"

#include <algorithm>
#include <charconv>

namespace ringcast::server::http {
namespace {

constexpr std::string_view kBlanks = " \t";

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

bool equals_ignore_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char x, char y) { return lower(x) == lower(y); });
}

std::string to_lower(std::string_view text) {
    std::string lowered(text);
    std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
    return lowered;
}

std::string_view trim(std::string_view text) {
    const std::size_t first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<std::uint32_t> leading_number(std::string_view text) {
    text = trim(text);
    std::uint32_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{}) {
        return std::nullopt;
    }
    return number;
}

bool has_token(std::string_view list, std::string_view token) {
    while (!list.empty()) {
        const std::size_t comma = list.find(',');
        if (equals_ignore_case(trim(list.substr(0, comma)), token)) {
            return true;
        }
        list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    }
    return false;
}

void HeaderList::add(std::string_view name, std::string_view value) {
    headers_.push_back({std::string(name), std::string(value)});
}

std::optional<std::string_view> HeaderList::find(std::string_view name) const {
    for (const Header& header : headers_) {
        if (equals_ignore_case(header.name, name)) {
            return header.value;
        }
    }
    return std::nullopt;
}

std::vector<std::string_view> HeaderList::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const Header& header : headers_) {
        if (equals_ignore_case(header.name, name)) {
            values.emplace_back(header.value);
        }
    }
    return values;
}

std::string_view HeaderList::value_or_empty(std::string_view name) const {
    return find(name).value_or(std::string_view{});
}

}  // namespace ringcast::server::http

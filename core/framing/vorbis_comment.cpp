// SPDX-License-Identifier: Apache-2.0
#include "core/framing/vorbis_comment.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace ringcast::core::framing {

namespace {

/// Takes a 32-bit little-endian number from the front of `rest`.
std::optional<std::uint32_t> take_number(std::span<const std::byte>& rest) {
    if (rest.size() < 4) {
        return std::nullopt;
    }
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        number |= std::to_integer<std::uint32_t>(rest[i]) << (8 * i);
    }
    rest = rest.subspan(4);
    return number;
}

/// Takes a string with its length before it from the front of `rest`.
std::optional<std::string_view> take_string(std::span<const std::byte>& rest) {
    const auto length = take_number(rest);
    if (!length || *length > rest.size()) {
        return std::nullopt;
    }
    const auto text = rest.first(*length);
    rest = rest.subspan(*length);
    return std::string_view(reinterpret_cast<const char*>(text.data()), text.size());
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// The value of `field` ("NAME=value") when its name is `name`, which is in lower case.
std::optional<std::string_view> value_of(std::string_view field, std::string_view name) {
    if (field.size() <= name.size() || field[name.size()] != '=') {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (lower(field[i]) != name[i]) {
            return std::nullopt;
        }
    }
    return field.substr(name.size() + 1);
}

std::uint32_t byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

/// Length of the UTF-8 character at the front of `text` (RFC 3629: no overlong forms, no
/// surrogates), 0 when there is none.
std::size_t character_bytes(std::string_view text) {
    const std::uint32_t lead = byte_at(text, 0);
    if (lead < 0x80) {
        return 1;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) {
        return 0;
    }
    std::uint32_t code = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte_at(text, i) & 0xC0U) != 0x80) {
            return 0;
        }
        code = code << 6 | (byte_at(text, i) & 0x3FU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

/// `value` with control characters as blanks, cut at kTitleBytesMax; empty when it is not UTF-8.
std::string cleaned(std::string_view value) {
    std::string out;
    while (!value.empty()) {
        const std::size_t length = character_bytes(value);
        if (length == 0) {
            return {};
        }
        if (out.size() + length > kTitleBytesMax) {
            break;
        }
        const bool control = length == 1 && (byte_at(value, 0) < 0x20 || value[0] == 0x7F);
        out.append(control ? std::string_view(" ") : value.substr(0, length));
        value.remove_prefix(length);
    }
    const std::size_t first = out.find_first_not_of(' ');
    if (first == std::string::npos) {
        return {};
    }
    return out.substr(first, out.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::optional<std::string> title_from_vorbis_comment(std::span<const std::byte> block) {
    auto rest = block;
    const auto vendor = take_string(rest);
    const auto fields = vendor ? take_number(rest) : std::nullopt;
    std::string artist;
    std::string title;
    for (std::uint32_t i = 0; i < fields.value_or(0); ++i) {
        const auto field = take_string(rest);
        if (!field) {
            break;
        }
        if (const auto value = value_of(*field, "title"); value && title.empty()) {
            title = cleaned(*value);
        } else if (const auto name = value_of(*field, "artist"); name && artist.empty()) {
            artist = cleaned(*name);
        }
    }
    if (title.empty()) {
        return std::nullopt;
    }
    return artist.empty() ? title : cleaned(artist + " - " + title);
}

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
#include "server/http/xml_text.hpp"

#include <cstdint>

#include "server/http/charset.hpp"

namespace ringcast::server::http {
namespace {

/// What stands for an ASCII character in XML; empty when it stands for itself.
std::string_view reference(char c) {
    switch (c) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        case '\'':
            return "&#39;";
        default:
            return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' ? " " : "";
    }
}

void append_ascii(char c, std::string& escaped) {
    const std::string_view stands = reference(c);
    if (stands.empty()) {
        escaped += c;
    } else {
        escaped += stands;
    }
}

/// Takes the first character off `text`, which is valid UTF-8 and not ASCII.
std::uint32_t take_code_point(std::string_view& text) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0xe0 ? 2 : (lead < 0xf0 ? 3 : 4);
    std::uint32_t code = lead & (0xffU >> (length + 1));
    for (const char c : text.substr(1, length - 1)) {
        code = code << 6U | (static_cast<unsigned char>(c) & 0x3fU);
    }
    text.remove_prefix(length);
    return code;
}

}  // namespace

std::string escape_xml(std::string_view text) {
    std::string escaped;
    for (const char c : to_utf8(text, std::nullopt)) {
        append_ascii(c, escaped);
    }
    return escaped;
}

std::string escape_xml_ascii(std::string_view text) {
    const std::string utf8 = to_utf8(text, std::nullopt);
    std::string_view rest = utf8;
    std::string escaped;
    while (!rest.empty()) {
        const char c = rest.front();
        if (static_cast<unsigned char>(c) >= 0x80) {
            const std::uint32_t code = take_code_point(rest);
            const bool forbidden = code == 0xfffe || code == 0xffff;
            escaped += forbidden ? " " : "&#" + std::to_string(code) + ";";
            continue;
        }
        if (c == '<' || c == '>') {
            escaped += c == '<' ? "&#8249;" : "&#8250;";
        } else {
            append_ascii(c, escaped);
        }
        rest.remove_prefix(1);
    }
    return escaped;
}

}  // namespace ringcast::server::http

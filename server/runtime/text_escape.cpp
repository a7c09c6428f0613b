// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/text_escape.hpp"

#include <cstddef>

namespace ringcast::server::runtime {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

void append_hex(std::string& out, unsigned char byte) {
    out += kHexDigits[byte >> 4U];
    out += kHexDigits[byte & 15U];
}

/// Length of the valid UTF-8 sequence (Unicode table 3-7) that `text` begins with; 0 for none.
std::size_t utf8_length(std::string_view text) {
    const unsigned char first = byte_at(text, 0);
    if (first < 0x80) {
        return 1;
    }
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (text.size() < length) {
        return 0;
    }
    const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (byte_at(text, 1) < low || byte_at(text, 1) > high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte_at(text, i) & 0xC0U) != 0x80) {
            return 0;
        }
    }
    return length;
}

/// True for the code points that terminals act on: C0, DEL, and C1 (U+0080 to U+009F).
bool is_control(std::string_view sequence) {
    const unsigned char first = byte_at(sequence, 0);
    return first < 0x20 || first == 0x7F || (first == 0xC2 && byte_at(sequence, 1) < 0xA0);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        const std::string_view sequence = text.substr(0, length);
        if (length == 0) {
            out += "\\uFFFD";
        } else if (is_control(sequence)) {
            out += "\\u00";
            append_hex(out, byte_at(sequence, length - 1));
        } else if (sequence == "\"" || sequence == "\\") {
            out += '\\';
            out += sequence;
        } else {
            out += sequence;
        }
        text.remove_prefix(length == 0 ? 1 : length);
    }
    out += '"';
}

void append_printable(std::string& out, std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        const std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
        if (length != 0 && !is_control(sequence)) {
            out += sequence;
        } else {
            for (const char byte : sequence) {
                out += "\\x";
                append_hex(out, static_cast<unsigned char>(byte));
            }
        }
        text.remove_prefix(sequence.size());
    }
}

void append_percent_escaped(std::string& out, std::string_view text, bool escape_blanks) {
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        const bool plain = byte >= 0x20 && byte < 0x7F && character != '"' && character != '\\';
        if (plain && !(escape_blanks && character == ' ')) {
            out += character;
        } else {
            out += '%';
            append_hex(out, byte);
        }
    }
}

}  // namespace ringcast::server::runtime

// SPDX-License-Identifier: Apache-2.0
#include "server/http/charset.hpp"

#include "server/http/header_list.hpp"

namespace ringcast::server::http {
namespace {

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

bool is_continuation(unsigned char byte) {
    return (byte & 0xc0U) == 0x80U;
}

/// Length of the valid UTF-8 character at the beginning of `text`; 0 when there is none. The table
/// is that of RFC 3629 section 4: only the second byte has special ranges.
std::size_t utf8_length(std::string_view text) {
    const unsigned char lead = byte_at(text, 0);
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc2 || lead > 0xf4) {
        return 0;
    }
    const std::size_t length = lead < 0xe0 ? 2 : (lead < 0xf0 ? 3 : 4);
    if (text.size() < length) {
        return 0;
    }
    const unsigned char low = lead == 0xe0 ? 0xa0 : (lead == 0xf0 ? 0x90 : 0x80);
    const unsigned char high = lead == 0xed ? 0x9f : (lead == 0xf4 ? 0x8f : 0xbf);
    if (byte_at(text, 1) < low || byte_at(text, 1) > high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if (!is_continuation(byte_at(text, i))) {
            return 0;
        }
    }
    return length;
}

/// Control characters as blanks; the C1 ones (U+0080 to U+009F) are two bytes in UTF-8.
std::string without_controls(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const unsigned char byte = byte_at(text, at);
        if (byte < 0x20 || byte == 0x7f) {
            clean += ' ';
        } else if (byte == 0xc2 && at + 1 < text.size() && byte_at(text, at + 1) < 0xa0) {
            clean += ' ';
            ++at;
        } else {
            clean += text[at];
        }
    }
    return clean;
}

}  // namespace

std::optional<Charset> parse_charset(std::string_view name) {
    for (const std::string_view utf8 : {"utf-8", "utf8"}) {
        if (equals_ignore_case(name, utf8)) {
            return Charset::Utf8;
        }
    }
    for (const std::string_view latin1 :
         {"iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1"}) {
        if (equals_ignore_case(name, latin1)) {
            return Charset::Latin1;
        }
    }
    return std::nullopt;
}

bool is_valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

std::string latin1_to_utf8(std::string_view text) {
    std::string utf8;
    utf8.reserve(text.size() * 2);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const unsigned char byte = byte_at(text, at);
        if (byte < 0x80) {
            utf8 += text[at];
        } else {
            utf8 += static_cast<char>(0xc0U | byte >> 6U);
            utf8 += static_cast<char>(0x80U | (byte & 0x3fU));
        }
    }
    return utf8;
}

std::string utf8_to_latin1(std::string_view text) {
    std::string latin1;
    latin1.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const unsigned char byte = byte_at(text, at);
        if (byte < 0x80) {
            latin1 += text[at];
        } else if ((byte == 0xc2 || byte == 0xc3) && at + 1 < text.size()) {
            latin1 += static_cast<char>((byte & 0x03U) << 6U | (byte_at(text, ++at) & 0x3fU));
        } else if (!is_continuation(byte)) {
            latin1 += '?';
        }
    }
    return latin1;
}

std::string to_utf8(std::string_view bytes, std::optional<Charset> charset) {
    if (charset != Charset::Latin1 && is_valid_utf8(bytes)) {
        return std::string(bytes);
    }
    return latin1_to_utf8(bytes);
}

std::string_view cut_utf8(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) {
        return text;
    }
    std::size_t end = bytes_max;
    while (end > 0 && is_continuation(byte_at(text, end))) {
        --end;
    }
    return text.substr(0, end);
}

std::string clean_text(std::string_view bytes, std::optional<Charset> charset,
                       std::size_t bytes_max) {
    const std::string clean = without_controls(to_utf8(bytes, charset));
    return std::string(trim(cut_utf8(trim(clean), bytes_max)));
}

std::string sanitize_title(std::string_view bytes, std::optional<Charset> charset) {
    std::string title = clean_text(bytes, charset, kTitleBytesMax);
    for (std::size_t at = title.find("';"); at != std::string::npos; at = title.find("';", at)) {
        title[at + 1] = ',';
    }
    return title;
}

}  // namespace ringcast::server::http

// SPDX-License-Identifier: Apache-2.0
#include "server/http/url.hpp"

#include <algorithm>

namespace ringcast::server::http {
namespace {

constexpr std::string_view kHex = "0123456789ABCDEF";

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/// The byte that the escape at the beginning of `text` stands for; nothing when there is none.
std::optional<char> escaped_byte(std::string_view text) {
    if (text.size() < 3 || text[0] != '%') {
        return std::nullopt;
    }
    const int high = hex_value(text[1]);
    const int low = hex_value(text[2]);
    if (high < 0 || low < 0) {
        return std::nullopt;
    }
    return static_cast<char>(high * 16 + low);
}

std::string decode(std::string_view text, bool plus_is_blank) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (const auto byte = escaped_byte(text.substr(at))) {
            decoded += *byte;
            at += 2;
        } else {
            decoded += plus_is_blank && text[at] == '+' ? ' ' : text[at];
        }
    }
    return decoded;
}

bool has_bad_escape(std::string_view text) {
    for (std::size_t at = text.find('%'); at != std::string_view::npos;
         at = text.find('%', at + 1)) {
        if (!escaped_byte(text.substr(at))) {
            return true;
        }
    }
    return false;
}

bool has_dot_segment(std::string_view path) {
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const std::string_view segment = path.substr(0, slash);
        if (segment == "." || segment == "..") {
            return true;
        }
        path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
    }
    return false;
}

bool is_path_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/-._~!$()*,:;=@").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> find_item(const Query& query, std::string_view key) {
    for (const QueryItem& item : query) {
        if (item.key == key) {
            return item.value;
        }
    }
    return std::nullopt;
}

HttpResult<std::string> decode_path(std::string_view path) {
    if (!path.starts_with('/')) {
        return HttpError{Status::BadRequest, "The path must begin with /"};
    }
    if (has_bad_escape(path)) {
        return HttpError{Status::BadRequest, "Malformed escape in the path"};
    }
    std::string decoded = decode(path, false);
    const bool has_control = std::any_of(decoded.begin(), decoded.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
    });
    if (has_control) {
        return HttpError{Status::BadRequest, "Control character in the path"};
    }
    if (has_dot_segment(decoded)) {
        return HttpError{Status::BadRequest, "Dot segment in the path"};
    }
    return decoded;
}

Query parse_query(std::string_view query) {
    Query items;
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view element = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view{} : query.substr(end + 1);
        const std::size_t equals = element.find('=');
        if (equals == std::string_view::npos || equals == 0 || equals + 1 == element.size()) {
            continue;
        }
        items.push_back(
            {decode(element.substr(0, equals), true), decode(element.substr(equals + 1), true)});
    }
    return items;
}

HttpResult<Query> parse_form(std::string_view body) {
    if (body.size() > kFormBytesMax) {
        return HttpError{Status::ContentTooLarge, "Form too large"};
    }
    while (body.ends_with('\n') || body.ends_with('\r')) {
        body.remove_suffix(1);
    }
    return parse_query(body);
}

std::string percent_decode(std::string_view text) {
    return decode(text, false);
}

std::string percent_encode_path(std::string_view path) {
    std::string encoded;
    encoded.reserve(path.size());
    for (const char c : path) {
        if (is_path_char(c)) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += kHex[byte >> 4U];
            encoded += kHex[byte & 0xfU];
        }
    }
    return encoded;
}

}  // namespace ringcast::server::http

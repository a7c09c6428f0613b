// SPDX-License-Identifier: Apache-2.0
#include "server/http/head_reader.hpp"

#include <algorithm>

#include "server/http/basic_auth.hpp"
#include "server/http/header_list.hpp"

namespace ringcast::server::http {
namespace {

// Beast's fields hold at most 64 KiB each and throw above.
constexpr std::size_t kLineBytesMax = std::size_t{60} * 1024;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_control(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
}

/// "HTTP/1.1" and its like: the name, then digit, dot, digit.
bool is_protocol(std::string_view token, std::string_view name) {
    if (!token.starts_with(name)) {
        return false;
    }
    token.remove_prefix(name.size());
    return token.size() == 3 && is_digit(token[0]) && token[1] == '.' && is_digit(token[2]);
}

bool is_ice(std::string_view token) {
    return is_protocol(token, "ICE/");
}

struct RequestLine {
    std::string_view method;
    std::string_view target;  ///< may contain blanks
    std::string_view protocol;
};

RequestLine split_request_line(std::string_view line) {
    RequestLine parts;
    line = trim(line);
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || last == first) {
        return parts;
    }
    parts.method = line.substr(0, first);
    parts.target = trim(line.substr(first, last - first));
    parts.protocol = line.substr(last + 1);
    return parts;
}

/// Icecast 1 encoders: `SOURCE password /mount`, no protocol.
bool is_icecast1_source(const RequestLine& line) {
    return line.method == "SOURCE" && line.protocol.starts_with('/') &&
           line.target.find(' ') == std::string_view::npos;
}

bool is_request_line(std::string_view text) {
    const RequestLine line = split_request_line(text);
    const bool method_is_word =
        !line.method.empty() && std::all_of(line.method.begin(), line.method.end(), [](char c) {
            return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        });
    return method_is_word && !line.target.empty() &&
           (is_protocol(line.protocol, "HTTP/") || is_ice(line.protocol) ||
            is_icecast1_source(line));
}

/// Titles are put into these targets by hand, blanks and all.
bool target_may_have_blanks(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    return path == "/admin/metadata" || path == "/admin.cgi";
}

HttpResult<std::string> normalize_target(std::string_view target) {
    if (target.find(' ') != std::string_view::npos && !target_may_have_blanks(target)) {
        return HttpError{Status::BadRequest, "Blank in the request target"};
    }
    std::string normalized;
    normalized.reserve(target.size());
    for (const char c : target) {
        if (is_control(c)) {
            return HttpError{Status::BadRequest, "Control character in the request target"};
        }
        if (c == ' ') {
            normalized += "%20";
        } else {
            normalized += c;
        }
    }
    return normalized;
}

HttpResult<NormalizedHead> normalize_request_line(std::string_view text) {
    if (!is_request_line(text)) {
        return HttpError{Status::BadRequest, "Malformed request line"};
    }
    RequestLine line = split_request_line(text);
    NormalizedHead head;
    std::string authorization;
    if (is_icecast1_source(line)) {
        authorization = "Authorization: " + basic_authorization("source", line.target) + "\r\n";
        line.target = line.protocol;
        line.protocol = "HTTP/1.0";
    } else if (is_ice(line.protocol)) {
        head.ice = true;
        line.protocol = "HTTP/1.0";
    }
    const HttpResult<std::string> target = normalize_target(line.target);
    if (!target) {
        return target.error();
    }
    head.text.append(line.method).append(" ").append(*target).append(" ");
    head.text.append(line.protocol).append("\r\n").append(authorization);
    return head;
}

/// Appends one header line to `text`; false when it is none.
bool append_header(std::string_view line, std::string& text) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t') {
        return false;
    }
    const std::string_view name = trim(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    if (name.empty() || line.find('\r') != std::string_view::npos) {
        return false;
    }
    text.append(name).append(": ").append(value).append("\r\n");
    return true;
}

}  // namespace

HeadResult HeadReader::need_more(std::size_t received) const {
    return {received >= limits_.bytes_max ? HeadKind::TooLarge : HeadKind::NeedMore};
}

HeadResult HeadReader::read(std::string_view bytes) {
    const std::size_t received = bytes.size();
    bytes = bytes.substr(0, limits_.bytes_max);
    const std::size_t start = leading_empty_bytes(bytes);
    const std::string_view head = bytes.substr(start);
    if (head.empty()) {
        return need_more(received);
    }
    if (is_control(head.front())) {
        return {HeadKind::Malformed};  // for example a TLS ClientHello
    }
    if (!is_request_) {
        const std::size_t line_end = head.find('\n', first_line_scanned_);
        if (line_end == std::string_view::npos) {
            first_line_scanned_ = head.size();
            return need_more(received);
        }
        std::string_view rest = head.substr(0, line_end + 1);
        is_request_ = is_request_line(take_line(rest));
        if (!is_request_) {
            return {accepts_shoutcast_ ? HeadKind::ShoutcastLogin : HeadKind::Malformed};
        }
    }
    const std::size_t size = end_.find(head);
    if (end_.lines() > limits_.headers_max + 1) {
        return {HeadKind::TooLarge};
    }
    if (size == 0) {
        return need_more(received);
    }
    return {HeadKind::HttpHead, start + size};
}

HttpResult<NormalizedHead> normalize_head(std::string_view head) {
    head.remove_prefix(leading_empty_bytes(head));
    HttpResult<NormalizedHead> normalized = normalize_request_line(take_line(head));
    if (!normalized) {
        return normalized;
    }
    normalized->text.reserve(normalized->text.size() + head.size() + 2);
    while (!head.empty()) {
        const std::string_view line = take_line(head);
        if (line.empty()) {
            break;
        }
        if (line.size() > kLineBytesMax) {
            return HttpError{Status::HeadersTooLarge, "Header line too long"};
        }
        if (!append_header(line, normalized->text)) {
            return HttpError{Status::BadRequest, "Malformed header line"};
        }
    }
    normalized->text += "\r\n";
    return normalized;
}

}  // namespace ringcast::server::http

// SPDX-License-Identifier: Apache-2.0
#include "server/http/shoutcast_login.hpp"

#include <charconv>

#include "core/check.hpp"

namespace ringcast::server::http {
namespace {

/// Takes a trailing `:#N` off `line`; 1 when there is none.
std::uint32_t take_stream_id(std::string_view& line) {
    const std::size_t mark = line.rfind(":#");
    if (mark == std::string_view::npos) {
        return 1;
    }
    const std::string_view digits = line.substr(mark + 2);
    std::uint32_t id = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (parsed.ec != std::errc{} || parsed.ptr != digits.data() + digits.size()) {
        return 1;
    }
    line = line.substr(0, mark);
    return id;
}

}  // namespace

ShoutcastLogin parse_shoutcast_login(std::string_view line) {
    ShoutcastLogin login;
    line = trim(line);
    login.line = line;
    login.poke = line == "!POKE";
    login.stream_id = take_stream_id(line);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        login.password = line;
        return login;
    }
    const std::string_view before = line.substr(0, colon);
    (before.starts_with('/') ? login.mount : login.user) = before;
    login.password = line.substr(colon + 1);
    return login;
}

const ShoutcastLogin& ShoutcastLoginReader::login() const {
    core::check(login_.has_value(), "a login is asked for only once its line was read");
    return *login_;
}

ShoutcastStep ShoutcastLoginReader::open_step(std::size_t received) const {
    if (received >= limits_.bytes_max || end_.lines() > limits_.headers_max + 1) {
        return ShoutcastStep::TooLarge;
    }
    return login_ ? ShoutcastStep::NeedHeaders : ShoutcastStep::NeedPassword;
}

ShoutcastStep ShoutcastLoginReader::read(std::string_view bytes) {
    const std::size_t received = bytes.size();
    bytes = bytes.substr(0, limits_.bytes_max);
    const std::size_t start = leading_empty_bytes(bytes);
    const std::string_view head = bytes.substr(start);
    const std::size_t size = end_.find(head);
    if (!login_ && end_.lines() > 0) {
        std::string_view rest = head;
        login_ = parse_shoutcast_login(take_line(rest));
    }
    if (size == 0 || end_.lines() > limits_.headers_max + 1) {
        return open_step(received);
    }
    parse_headers(head.substr(0, size));
    size_ = start + size;
    return ShoutcastStep::Done;
}

void ShoutcastLoginReader::parse_headers(std::string_view lines) {
    (void)take_line(lines);  // the password
    while (!lines.empty()) {
        const std::string_view line = take_line(lines);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) {
            continue;  // encoders of this age are loose; a line without a name says nothing
        }
        headers_.add(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
    }
}

}  // namespace ringcast::server::http

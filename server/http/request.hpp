// SPDX-License-Identifier: Apache-2.0
// A request head as the routes see it: parsed strictly by Boost.Beast after it was made regular,
// decoded, and asked in the terms of this server. Holds no socket; owns all of its text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/basic_auth.hpp"
#include "server/http/head_reader.hpp"
#include "server/http/header_list.hpp"
#include "server/http/status.hpp"
#include "server/http/url.hpp"

namespace ringcast::server::http {

enum class Method : std::uint8_t { Get, Head, Post, Put, Source, Options, Stats, Delete, Other };

enum class Version : std::uint8_t { Http10, Http11 };

struct Request {
    Method method = Method::Other;
    std::string method_text;  ///< as sent, for the log and for Other
    std::string target;       ///< as sent (blanks as %20), query included
    std::string path;         ///< decoded; "*" for `OPTIONS *`
    Query query;
    Version version = Version::Http10;
    bool ice = false;  ///< the client said ICE/x.y; version is Http10 then
    HeaderList headers;
    std::optional<std::uint64_t> content_length;
    bool chunked = false;

    /// The value of the first header of that name, any letter case; empty when there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const {
        return headers.value_or_empty(name);
    }

    /// What the client asks for: 1.1 unless `Connection: close`, 1.0 only with `keep-alive`.
    [[nodiscard]] bool keep_alive() const;

    /// `Expect: 100-continue` of an HTTP/1.1 client (RFC 9110 section 10.1.1).
    [[nodiscard]] bool expects_continue() const;

    [[nodiscard]] std::optional<Credentials> basic_credentials() const;

    /// `Icy-MetaData` with a number other than 0. Meant for listeners: sources send it, too.
    [[nodiscard]] bool wants_icy_metadata() const;

    /// "GET /live.mp3 HTTP/1.0" as the access log shows it: no query, protocol as sent.
    [[nodiscard]] std::string log_line() const;
};

/// Parses a regular head. Errors: 400; 501 for a Transfer-Encoding other than `chunked`; 505.
[[nodiscard]] HttpResult<Request> parse_request(const NormalizedHead& head);

/// normalize_head() and parse_request() in one.
[[nodiscard]] HttpResult<Request> parse_head(std::string_view head);

}  // namespace ringcast::server::http

// SPDX-License-Identifier: Apache-2.0
// The ways in which encoders log in, as text; no I/O.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadtest/endpoint.hpp"

namespace ringcast::loadtest {

enum class LoginKind : std::uint8_t {
    PutExpect,  ///< PUT over HTTP/1.1 with Expect: 100-continue, as ffmpeg and libshout
    Put,        ///< PUT over HTTP/1.1 without, as BUTT and Liquidsoap
    Source,     ///< SOURCE over HTTP/1.0, as most older encoders
    Shoutcast,  ///< SHOUTcast v1: the password in a line of its own, then icy- headers
};

struct Login {
    LoginKind kind = LoginKind::PutExpect;
    std::string user = "source";
    std::string password = "hackme";
    std::string_view content_type = "audio/mpeg";  ///< a literal
    std::uint32_t sample_rate = 44'100;
};

enum class LoginReply : std::uint8_t { NeedMore, Accepted, Refused };

/// What is sent first.
[[nodiscard]] std::string login_request(const Login& login, const Target& target,
                                        std::uint32_t kbps);

/// What the bytes received so far mean.
[[nodiscard]] LoginReply judge_reply(LoginKind kind, std::string_view received);

/// What is sent once accepted, before the first frame: empty but for SHOUTcast.
[[nodiscard]] std::string login_headers(const Login& login, std::uint32_t kbps);

/// The request that sets a title: /admin/metadata, or /admin.cgi where the login was SHOUTcast's.
[[nodiscard]] std::string title_request(const Login& login, const Target& target,
                                        std::string_view title);

[[nodiscard]] std::string base64(std::string_view bytes);

/// RFC 3986 section 2.1, for one value in a query.
[[nodiscard]] std::string percent_encoded(std::string_view text);

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// The status codes this server answers with (RFC 9110 section 15), and HttpResult: a value, or the
// status and text with which a request is refused.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ringcast::server::http {

enum class Status : std::uint16_t {
    Ok = 200,
    NoContent = 204,
    MovedPermanently = 301,
    Found = 302,
    BadRequest = 400,
    Unauthorized = 401,
    Forbidden = 403,
    NotFound = 404,
    MethodNotAllowed = 405,
    RequestTimeout = 408,
    Conflict = 409,
    LengthRequired = 411,
    ContentTooLarge = 413,
    UnsupportedMediaType = 415,
    HeadersTooLarge = 431,
    InternalError = 500,
    NotImplemented = 501,
    ServiceUnavailable = 503,
    VersionNotSupported = 505,
};

/// "Not Found" for NotFound, and so on.
[[nodiscard]] std::string_view reason_phrase(Status status);

/// Why a request is refused. `text` has static storage and no secrets; it may be shown to the peer.
struct HttpError {
    Status status = Status::BadRequest;
    std::string_view text;
};

template <class T>
using HttpResult = boost::system::result<T, HttpError>;

[[noreturn]] inline void throw_exception_from_error(const HttpError& error,
                                                    const boost::source_location& /*where*/) {
    throw std::runtime_error(std::string(error.text));
}

}  // namespace ringcast::server::http

// SPDX-License-Identifier: Apache-2.0
// HTTP Basic credentials (RFC 7617), with the base64 of RFC 4648 section 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringcast::server::http {

struct Credentials {
    std::string user;  ///< may be empty, never contains ':'
    std::string password;
};

/// Decodes base64. Padding may be missing (some encoders drop it); any other character outside of
/// the alphabet, or an impossible length, is an error.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

[[nodiscard]] std::string encode_base64(std::string_view bytes);

/// The credentials in the value of an Authorization header. The first ':' ends the user, so a
/// password may contain more of them. Nothing for another scheme, bad base64, no ':', or a NUL.
[[nodiscard]] std::optional<Credentials> parse_basic(std::string_view authorization);

/// The Authorization value that parse_basic() reads back. Requires: no ':' in `user`.
[[nodiscard]] std::string basic_authorization(std::string_view user, std::string_view password);

}  // namespace ringcast::server::http

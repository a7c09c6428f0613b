// SPDX-License-Identifier: Apache-2.0
// Percent-encoding, paths, queries and form bodies (RFC 3986, application/x-www-form-urlencoded),
// as tolerant as clients need: section 1 of the WIRE notes.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/status.hpp"

namespace ringcast::server::http {

/// Largest form body that is read.
constexpr std::size_t kFormBytesMax = std::size_t{64} * 1024;

struct QueryItem {
    std::string key;
    std::string value;  ///< never empty
};
using Query = std::vector<QueryItem>;

/// The value of the first item of that key (keys are case-sensitive); the view lives as long as
/// `query`.
[[nodiscard]] std::optional<std::string_view> find_item(const Query& query, std::string_view key);

/// The decoded path of a target's path part. 400 for a path that does not begin with '/', a bad
/// escape, a control character, or a segment "." or "..", encoded or not.
[[nodiscard]] HttpResult<std::string> decode_path(std::string_view path);

/// Key/value pairs, decoded: %XX and '+' (a blank). Empty elements, keys without a value and keys
/// with an empty one are left out. A '%' that begins no escape stands for itself. Values may hold
/// any byte, in any charset.
[[nodiscard]] Query parse_query(std::string_view query);

/// As parse_query(), of a POST body. 413 above kFormBytesMax.
[[nodiscard]] HttpResult<Query> parse_form(std::string_view body);

/// Decodes %XX ('+' stays). A '%' that begins no escape stands for itself.
[[nodiscard]] std::string percent_decode(std::string_view text);

/// Encodes a decoded path for use in a URL: all but unreserved characters, '/' and a few harmless
/// sub-delimiters.
[[nodiscard]] std::string percent_encode_path(std::string_view path);

}  // namespace ringcast::server::http

// SPDX-License-Identifier: Apache-2.0
// JSON text as a tree that keeps what the checks need: duplicate keys, and numbers as written.
// RFC 8259, and comments (// and /* */) are skipped.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/error.hpp"

namespace ringcast::config {

struct Member;

/// A value of a JSON text.
struct Node {
    enum class Type : std::uint8_t { Null, Boolean, Number, String, Array, Object };

    Type type = Type::Null;
    std::string text;             ///< a string's contents; a number as written; "true", "false"
    std::vector<Node> items;      ///< of an array
    std::vector<Member> members;  ///< of an object, in order, duplicates included
};

struct Member {
    std::string key;
    Node value;
};

/// Reads one JSON value. An error is a syntax error with line and column, or one of the bounds that
/// no configuration reaches: depth 8, 256 members in an object, 500,000 values.
[[nodiscard]] boost::system::result<Node, Error> parse_json(std::string_view text);

/// `node` for a message: as JSON, shortened; `{...}` and `[...]` for objects and arrays.
[[nodiscard]] std::string shown(const Node& node);

}  // namespace ringcast::config

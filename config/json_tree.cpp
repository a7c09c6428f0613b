// SPDX-License-Identifier: Apache-2.0
#include "config/json_tree.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace ringcast::config {
namespace {

constexpr std::size_t kDepthMax = 8;
constexpr std::size_t kMembersMax = 256;
constexpr std::size_t kNodesMax = 500'000;

/// "line 3, column 7" of the byte before `position`, the last one that the parser read.
std::string place_of(std::string_view text, std::size_t position) {
    const std::string_view before = text.substr(0, std::max<std::size_t>(position, 1) - 1);
    const auto line = 1 + std::ranges::count(before, '\n');
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " +
           std::to_string(before.size() - line_start + 1);
}

/// What nlohmann-json says without its own name and place:
/// "[json.exception.parse_error.101] parse error at line 1, column 2: MESSAGE; last read: TOKEN".
std::string message_of(std::string_view what) {
    if (const std::size_t place = what.find(", column "); place != std::string_view::npos) {
        what.remove_prefix(what.find(": ", place) + 2);
    } else if (const std::size_t name = what.find("] "); name != std::string_view::npos) {
        what.remove_prefix(name + 2);
    }
    return std::string(what.substr(0, what.find("; last read: ")));
}

/// Builds the tree from the events of the parser. An event returns false to stop it.
class TreeBuilder : public nlohmann::json_sax<nlohmann::json> {
  public:
    explicit TreeBuilder(std::string_view text) : text_(text) {}

    Node root;
    Error error;

    bool null() override { return add(Node::Type::Null, "null"); }
    bool boolean(bool value) override { return add(Node::Type::Boolean, value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override {
        return add(Node::Type::Number, std::to_string(value));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return add(Node::Type::Number, std::to_string(value));
    }
    bool number_float(number_float_t /*value*/, const string_t& written) override {
        return add(Node::Type::Number, written);
    }
    bool string(string_t& value) override { return add(Node::Type::String, std::move(value)); }
    bool binary(binary_t& /*value*/) override { return false; }  // not in JSON text
    bool start_object(std::size_t /*size*/) override { return open(Node::Type::Object); }
    bool start_array(std::size_t /*size*/) override { return open(Node::Type::Array); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& value) override {
        std::vector<Member>& members = open_.back()->members;
        if (members.size() == kMembersMax) {
            return refuse("too many keys in one object", kMembersMax);
        }
        members.push_back({.key = std::move(value), .value = {}});
        return true;
    }

    bool parse_error(std::size_t position, const std::string& last_token,
                     const nlohmann::detail::exception& exception) override {
        error = {.path = place_of(text_, position),
                 .value = {},
                 .fault = message_of(exception.what()),
                 .expected = {},
                 .meant = {}};
        if (!last_token.empty()) {
            error.fault += ", last read " + printable(last_token);
        }
        return false;
    }

  private:
    bool refuse(std::string_view fault, std::size_t limit) {
        error = {.path = {},
                 .value = {},
                 .fault = std::string(fault),
                 .expected = "at most " + std::to_string(limit),
                 .meant = {}};
        return false;
    }

    /// The place of the next value: the root, the end of the open array, or the value of the newest
    /// key. Nothing is added to a node while one in it is open, so the pointers in open_ hold.
    Node& place() {
        if (open_.empty()) {
            return root;
        }
        Node& parent = *open_.back();
        return parent.type == Node::Type::Array ? parent.items.emplace_back()
                                                : parent.members.back().value;
    }

    bool add(Node::Type type, std::string value) {
        if (++nodes_ > kNodesMax) {
            return refuse("too many values", kNodesMax);
        }
        Node& node = place();
        node.type = type;
        node.text = std::move(value);
        return true;
    }

    bool open(Node::Type type) {
        if (open_.size() == kDepthMax) {
            return refuse("objects and arrays nested too deeply", kDepthMax);
        }
        if (++nodes_ > kNodesMax) {
            return refuse("too many values", kNodesMax);
        }
        Node& node = place();
        node.type = type;
        open_.push_back(&node);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    std::string_view text_;
    std::vector<Node*> open_;  ///< the objects and arrays that have not ended, outermost first
    std::size_t nodes_ = 0;
};

}  // namespace

boost::system::result<Node, Error> parse_json(std::string_view text) {
    TreeBuilder builder(text);
    const bool strict = true;  // nothing may follow the value
    const bool ignore_comments = true;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder,
                                   nlohmann::json::input_format_t::json, strict, ignore_comments)) {
        return builder.error;
    }
    return std::move(builder.root);
}

std::string shown(const Node& node) {
    switch (node.type) {
        case Node::Type::Null:
        case Node::Type::Boolean:
        case Node::Type::Number:
            return printable(node.text);
        case Node::Type::String:
            return '"' + printable(node.text) + '"';
        case Node::Type::Array:
            return node.items.empty() ? "[]" : "[...]";
        case Node::Type::Object:
            return node.members.empty() ? "{}" : "{...}";
    }
    return {};
}

}  // namespace ringcast::config

// SPDX-License-Identifier: Apache-2.0
#include "config/parse.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "config/fields.hpp"
#include "config/json_tree.hpp"
#include "config/suggest.hpp"
#include "config/validate.hpp"
#include "config/value.hpp"

namespace ringcast::config {
namespace {

std::string join(const std::string& path, std::string_view key) {
    return path + (path.empty() ? "" : ".") + printable(key);
}

/// The first value of `key`; later ones are reported as duplicates.
const Node* find(const Node& object, std::string_view key) {
    const auto member = std::ranges::find(object.members, key, &Member::key);
    return member == object.members.end() ? nullptr : &member->value;
}

/// Walks the settings table and the tree together.
class Reader {
  public:
    explicit Reader(Config& config) : config_(config) {}

    void read_root(const Node& node) { read_object(sections().front(), node, "", 0); }
    [[nodiscard]] Errors& errors() { return errors_; }

  private:
    void add(Error error, std::string path) {
        if (errors_.size() < kErrorsMax) {
            error.path = std::move(path);
            errors_.push_back(std::move(error));
        }
    }

    /// Calls itself for the sections within `section`: as deep as the table, not as the input.
    void read_object(const Section& section, const Node& node, const std::string& path,
                     std::size_t index) {
        if (node.type != Node::Type::Object) {
            add({.path = {},
                 .value = shown(node),
                 .fault = "is not an object",
                 .expected = "{...}",
                 .meant = {}},
                path);
            return;
        }
        check_keys(section, node, path);
        for (const Field& field : fields()) {
            if (belongs(field, section)) {
                read_field(field, section.at(config_, index), node, path);
            }
        }
        for (const Section& child : sections()) {
            const Node* value = belongs(child, section) ? find(node, key_of(child.path)) : nullptr;
            if (value != nullptr && child.is_array()) {
                read_array(child, *value, join(path, key_of(child.path)));
            } else if (value != nullptr) {
                read_object(child, *value, join(path, key_of(child.path)), 0);
            }
        }
    }

    void read_array(const Section& section, const Node& node, const std::string& path) {
        const std::size_t size = node.items.size();
        if (node.type != Node::Type::Array) {
            add({.path = {},
                 .value = shown(node),
                 .fault = "is not an array",
                 .expected = "[...]",
                 .meant = {}},
                path);
            return;
        }
        if (size < section.items_min || size > section.items_max) {
            add({.path = {},
                 .value = shown(node),
                 .fault = "has " + std::to_string(size) + " entries",
                 .expected =
                     std::to_string(section.items_min) + " to " + std::to_string(section.items_max),
                 .meant = {}},
                path);
            return;
        }
        section.resize(config_, size);
        for (std::size_t index = 0; index < size; ++index) {
            read_object(section, node.items[index], path + "[" + std::to_string(index) + "]",
                        index);
        }
    }

    void read_field(const Field& field, const Holder& holder, const Node& node,
                    const std::string& path) {
        const std::string_view key = key_of(field.path);
        const Slot slot = field.slot(holder);
        if (const Node* value = find(node, key); value != nullptr) {
            if (auto error = read_value(field, *value, slot)) {
                add(std::move(*error), join(path, key));
            }
        } else if (field.required) {
            add({.path = {},
                 .value = {},
                 .fault = "missing",
                 .expected = allowed(field, slot),
                 .meant = {}},
                join(path, key));
        }
    }

    void check_keys(const Section& section, const Node& node, const std::string& path) {
        const std::vector<std::string_view> known = known_keys(section);
        for (auto member = node.members.begin(); member != node.members.end(); ++member) {
            if (errors_.size() == kErrorsMax) {
                return;
            }
            if (std::ranges::find(known, member->key) == known.end()) {
                add(unknown_key(member->key, known), join(path, member->key));
            } else if (std::find_if(node.members.begin(), member, [&](const Member& earlier) {
                           return earlier.key == member->key;
                       }) != member) {
                add(repeated_key(section, *member), join(path, member->key));
            }
        }
    }

    static std::vector<std::string_view> known_keys(const Section& section) {
        std::vector<std::string_view> keys;
        for (const Field& field : fields()) {
            if (belongs(field, section)) {
                keys.push_back(key_of(field.path));
            }
        }
        for (const Section& child : sections()) {
            if (belongs(child, section)) {
                keys.push_back(key_of(child.path));
            }
        }
        return keys;
    }

    static Error unknown_key(std::string_view key, const std::vector<std::string_view>& known) {
        Error error{.path = {},
                    .value = {},
                    .fault = "unknown key",
                    .expected = {},
                    .meant = std::string(closest(key, known))};
        if (error.meant.empty()) {
            for (const std::string_view name : known) {
                error.expected += (error.expected.empty() ? "one of " : ", ") + std::string(name);
            }
        }
        return error;
    }

    static Error repeated_key(const Section& section, const Member& member) {
        const bool secret = std::ranges::any_of(fields(), [&](const Field& field) {
            return field.secret && belongs(field, section) && key_of(field.path) == member.key;
        });
        return {.path = {},
                .value = secret ? "***" : shown(member.value),
                .fault = "repeats a key",
                .expected = "each key once",
                .meant = {}};
    }

    Config& config_;
    Errors errors_;
};

Errors file_error(const std::string& path, const std::string& fault) {
    return {{.path = printable(path), .value = {}, .fault = fault, .expected = {}, .meant = {}}};
}

std::string errno_text() {
    return std::generic_category().message(errno);
}

}  // namespace

Result<Config> parse_config(std::string_view text) {
    auto tree = parse_json(text);
    if (tree.has_error()) {
        return Errors{std::move(tree).error()};
    }
    Config config;
    Reader reader(config);
    reader.read_root(*tree);
    if (!reader.errors().empty()) {
        return std::move(reader.errors());
    }
    Errors errors = complete(config);
    if (!errors.empty()) {
        return errors;
    }
    return config;
}

Result<Config> load_config(const std::string& path) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                               &std::fclose);
    if (!file) {
        return file_error(path, "cannot be opened: " + errno_text());
    }
    std::string text;
    std::array<char, 65'536> part{};
    while (text.size() <= kFileBytesMax) {
        const std::size_t size = std::fread(part.data(), 1, part.size(), file.get());
        if (size == 0) {
            break;
        }
        text.append(part.data(), size);
    }
    if (std::ferror(file.get()) != 0) {
        return file_error(path, "cannot be read: " + errno_text());
    }
    if (text.size() > kFileBytesMax) {
        return file_error(path, "is larger than " + to_string(Bytes{kFileBytesMax}));
    }
    return parse_config(text);
}

}  // namespace ringcast::config

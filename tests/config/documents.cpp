// SPDX-License-Identifier: Apache-2.0
#include "tests/config/documents.hpp"

#include "config/parse.hpp"
#include "config/sections.hpp"

namespace ringcast::config {

std::string document(std::string_view path, std::string_view value) {
    const std::string_view section = parent_path(path);
    const std::string key(key_of(path));
    std::string member = '"' + key + "\": " + std::string(value);
    if (section == "stations[]" && key != "mount") {
        member = R"("mount": "/live", )" + member;
    }
    if (section.starts_with("auth.") && key != "password") {
        member = R"("password": "hackme", )" + member;
    }
    if (section == "auth.source") {
        return R"({"auth": {"source": {)" + member + "}}}";
    }
    if (section.empty()) {
        return with(member);
    }
    if (section == "auth.admin") {
        return R"({"auth": {"source": {"password": "hackme"}, "admin": {)" + member + "}}}";
    }
    const std::string object = '{' + member + '}';
    return with('"' + std::string(key_of(section)) +
                "\": " + (section.ends_with("[]") ? '[' + object + ']' : object));
}

std::string with(std::string_view members) {
    return R"({"auth": {"source": {"password": "hackme"}}, )" + std::string(members) + "}";
}

std::vector<std::string> messages(std::string_view text) {
    std::vector<std::string> lines;
    const auto config = parse_config(text);
    if (config.has_error()) {
        for (const Error& error : config.error()) {
            lines.push_back(to_string(error));
        }
    }
    return lines;
}

}  // namespace ringcast::config

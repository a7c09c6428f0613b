// SPDX-License-Identifier: Apache-2.0
#include "loadtest/command_line.hpp"

#include <string_view>

namespace ringcast::loadtest {

namespace {

constexpr std::string_view kHarmless =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_@%+=:,./-{}";

std::string quoted(std::string_view word) {
    if (!word.empty() && word.find_first_not_of(kHarmless) == std::string_view::npos) {
        return std::string(word);
    }
    std::string out = "'";
    for (const char c : word) {
        out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return out + "'";
}

}  // namespace

std::string shown_command_line(std::span<const char* const> arguments) {
    constexpr std::string_view kPassword = "--password";
    constexpr std::string_view kPasswordIs = "--password=";
    std::string line;
    bool secret = false;
    for (const std::string_view word : arguments) {
        line += line.empty() ? "" : " ";
        if (secret) {
            line += "***";
        } else if (word.starts_with(kPasswordIs)) {
            line += std::string(kPasswordIs) + "***";
        } else {
            line += quoted(word);
        }
        secret = word == kPassword && !secret;
    }
    return line;
}

}  // namespace ringcast::loadtest

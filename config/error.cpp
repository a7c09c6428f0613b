// SPDX-License-Identifier: Apache-2.0
#include "config/error.hpp"

#include <array>
#include <cstdio>
#include <stdexcept>

namespace ringcast::config {
namespace {

constexpr std::size_t kShownMax = 60;  // bytes of a value that a message shows

}  // namespace

std::string to_string(const Error& error) {
    std::string text = error.path;
    text += text.empty() ? "" : ": ";
    text += error.value;
    text += error.value.empty() ? "" : " ";
    text += error.fault;
    if (!error.expected.empty()) {
        text += "; expected " + error.expected;
    }
    if (!error.meant.empty()) {
        text += "; did you mean \"" + error.meant + "\"?";
    }
    return text;
}

void throw_exception_from_error(const Errors& errors, const boost::source_location& /*where*/) {
    std::string text;
    for (const Error& error : errors) {
        text += to_string(error) + "\n";
    }
    throw std::runtime_error(text);
}

std::string printable(std::string_view text) {
    std::string shown;
    for (const char character : text) {
        const auto code = static_cast<unsigned char>(character);
        const bool continues = (code & 0xC0U) == 0x80U;  // within a character of UTF-8
        if (shown.size() >= kShownMax && (!continues || shown.size() >= kShownMax + 4)) {
            return shown + "...";
        }
        if (code < 0x20 || code == 0x7F) {
            std::array<char, 8> escape{};
            std::snprintf(escape.data(), escape.size(), "\\u%04x", unsigned{code});
            shown += escape.data();
        } else {
            shown += character;
        }
    }
    return shown;
}

}  // namespace ringcast::config

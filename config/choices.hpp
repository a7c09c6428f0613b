// SPDX-License-Identifier: Apache-2.0
// How each enumeration is spelled in the file. The first spelling of a value is the one printed.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "config/config.hpp"

namespace ringcast::config {

template <class E>
struct Choice {
    std::string_view spelling;
    E value;
};

inline constexpr auto kLogLevels = std::to_array<Choice<LogLevel>>({
    {"trace", LogLevel::Trace},
    {"debug", LogLevel::Debug},
    {"info", LogLevel::Info},
    {"warn", LogLevel::Warn},
    {"error", LogLevel::Error},
    {"critical", LogLevel::Critical},
    {"off", LogLevel::Off},
});
inline constexpr auto kLogFormats = std::to_array<Choice<LogFormat>>({
    {"auto", LogFormat::Auto},
    {"text", LogFormat::Text},
    {"json", LogFormat::Json},
});
inline constexpr auto kTakeovers = std::to_array<Choice<Takeover>>({
    {"silent", Takeover::Silent},
    {"always", Takeover::Always},
    {"never", Takeover::Never},
});
inline constexpr auto kCharsets = std::to_array<Choice<Charset>>({
    {"UTF-8", Charset::Utf8},
    {"utf-8", Charset::Utf8},
    {"UTF8", Charset::Utf8},
    {"ISO-8859-1", Charset::Latin1},
    {"iso-8859-1", Charset::Latin1},
    {"ISO8859-1", Charset::Latin1},
    {"latin1", Charset::Latin1},
});

// Overloads on the type of the value; the value itself does not matter.
constexpr std::span<const Choice<LogLevel>> choices(LogLevel /*type*/) {
    return kLogLevels;
}
constexpr std::span<const Choice<LogFormat>> choices(LogFormat /*type*/) {
    return kLogFormats;
}
constexpr std::span<const Choice<Takeover>> choices(Takeover /*type*/) {
    return kTakeovers;
}
constexpr std::span<const Choice<Charset>> choices(Charset /*type*/) {
    return kCharsets;
}

}  // namespace ringcast::config

// SPDX-License-Identifier: Apache-2.0
#include "server/http/dates.hpp"

#include <array>
#include <cstdio>

namespace ringcast::server::http {
namespace {

constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Parts {
    const char* day_name;
    const char* month_name;
    int year;
    unsigned month, day, hour, minute, second;
};

Parts split(std::chrono::sys_seconds time) {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(days);
    const std::chrono::hh_mm_ss clock(time - days);
    const auto month = static_cast<unsigned>(date.month());
    return {kDays[std::chrono::weekday(days).c_encoding()],
            kMonths[month - 1],
            static_cast<int>(date.year()),
            month,
            static_cast<unsigned>(date.day()),
            static_cast<unsigned>(clock.hours().count()),
            static_cast<unsigned>(clock.minutes().count()),
            static_cast<unsigned>(clock.seconds().count())};
}

std::string rfc5322(std::chrono::sys_seconds time, const char* zone) {
    const Parts p = split(time);
    std::array<char, 64> text{};
    const int size =
        std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02u:%02u:%02u %s", p.day_name,
                      p.day, p.month_name, p.year, p.hour, p.minute, p.second, zone);
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace

std::string http_date(std::chrono::sys_seconds time) {
    return rfc5322(time, "GMT");
}

std::string icecast_date(std::chrono::sys_seconds time) {
    return rfc5322(time, "+0000");
}

std::string iso8601_date(std::chrono::sys_seconds time) {
    const Parts p = split(time);
    std::array<char, 64> text{};
    const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02u:%02u:%02u+0000",
                                   p.year, p.month, p.day, p.hour, p.minute, p.second);
    return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace ringcast::server::http

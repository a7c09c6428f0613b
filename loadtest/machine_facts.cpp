// SPDX-License-Identifier: Apache-2.0
#include "loadtest/machine_facts.hpp"

#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <ctime>
#include <string_view>

#include "loadtest/proc.hpp"
#include "loadtest/tool_load.hpp"
#include "loadtest/wall_clock.hpp"

namespace ringcast::loadtest {

namespace {

std::string first_line(const std::string& path) {
    const auto text = read_proc_file(path);
    return text ? text->substr(0, text->find('\n')) : "";
}

/// The value of the first line "name : value".
std::string value_of(std::string_view name, const std::string& path) {
    const auto text = read_proc_file(path);
    const std::size_t at = text ? text->find(name) : std::string::npos;
    if (at == std::string::npos) {
        return "";
    }
    const std::size_t begin = text->find_first_not_of("\t :", at + name.size());
    return begin == std::string::npos ? "" : text->substr(begin, text->find('\n', begin) - begin);
}

std::string utc_date() {
    const std::time_t now = wall_now_us() / 1'000'000;
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%FT%TZ", &parts)};
}

}  // namespace

MachineFacts machine_facts() {
    MachineFacts facts;
    utsname name{};
    if (::uname(&name) == 0) {
        facts.kernel = std::string(name.sysname) + " " + name.release + " " + name.machine;
    }
    facts.processor = value_of("model name", "/proc/cpuinfo");
    facts.cores = usable_cores();
    const long pages = ::sysconf(_SC_PHYS_PAGES);
    const long page_bytes = ::sysconf(_SC_PAGESIZE);
    if (pages > 0 && page_bytes > 0) {
        facts.memory_bytes =
            static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
    }
    facts.congestion_control = first_line("/proc/sys/net/ipv4/tcp_congestion_control");
    facts.date = utc_date();
    return facts;
}

}  // namespace ringcast::loadtest

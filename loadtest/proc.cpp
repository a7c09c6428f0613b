// SPDX-License-Identifier: Apache-2.0
#include "loadtest/proc.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "loadtest/endpoint.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::size_t kProcFileBytesMax = std::size_t{64} * 1024;

std::string path_of(pid_t pid, std::string_view file) {
    return "/proc/" + std::to_string(pid) + "/" + std::string(file);
}

core::Error of_process(pid_t pid, std::string_view what, std::string_view why) {
    return {core::Errc::System,
            std::string(what) + " of process " + std::to_string(pid) + ": " + std::string(why)};
}

std::optional<std::uint64_t> to_number(std::string_view text) {
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return parsed.ec == std::errc{} ? std::optional(number) : std::nullopt;
}

/// Takes the next word off the front of `text`.
std::string_view next_word(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

}  // namespace

core::Result<std::string> read_proc_file(const std::string& path) {
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 4'096> buffer{};
    ssize_t size = fd ? 1 : -1;
    while (size > 0 && text.size() < kProcFileBytesMax) {
        size = ::read(fd.get(), buffer.data(), buffer.size());
        text.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    }
    if (size < 0) {
        return core::Error{core::Errc::System, error_text(errno)};
    }
    return text;
}

std::optional<CpuReading> parse_stat(std::string_view text) {
    // The second field is the program's name in parentheses; it may hold spaces and parentheses.
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string_view::npos) {
        return std::nullopt;
    }
    constexpr std::size_t kState = 3;
    constexpr std::size_t kUserTime = 14;
    constexpr std::size_t kSystemTime = 15;
    constexpr std::size_t kStartTime = 22;
    std::string_view rest = text.substr(name_end + 1);
    std::array<std::string_view, kStartTime + 1> fields{};  // numbered as in proc(5)
    for (std::size_t i = kState; i < fields.size(); ++i) {
        fields[i] = next_word(rest);
    }
    const auto user = to_number(fields[kUserTime]);
    const auto system = to_number(fields[kSystemTime]);
    const auto started = to_number(fields[kStartTime]);
    if (!user || !system || !started) {
        return std::nullopt;
    }
    const auto ticks_per_s = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const bool ended = fields[kState] == "Z" || fields[kState] == "X";
    return CpuReading{static_cast<double>(*user + *system) / ticks_per_s, *started, ended};
}

std::optional<std::uint64_t> parse_pss(std::string_view text) {
    std::uint64_t sum = 0;
    for (const std::string_view name : {"\nPss_Anon:", "\nPss_Shmem:"}) {
        const std::size_t at = text.find(name);
        if (at == std::string_view::npos) {
            return std::nullopt;
        }
        std::string_view rest = text.substr(at + name.size());
        const auto kib = to_number(next_word(rest));
        if (!kib) {
            return std::nullopt;
        }
        sum += *kib * 1'024;
    }
    return sum;
}

core::Result<CpuReading> read_cpu(pid_t pid) {
    const auto text = read_proc_file(path_of(pid, "stat"));
    if (!text) {
        return of_process(pid, "CPU", text.error().message);
    }
    const auto reading = parse_stat(*text);
    if (!reading) {
        return of_process(pid, "CPU", "/proc/PID/stat is not as expected");
    }
    return *reading;
}

core::Result<std::uint64_t> read_pss(pid_t pid) {
    const auto text = read_proc_file(path_of(pid, "smaps_rollup"));
    if (!text) {
        return of_process(pid, "memory", text.error().message);
    }
    const auto pss = parse_pss(*text);
    if (!pss) {
        return of_process(pid, "memory", "/proc/PID/smaps_rollup has no Pss_Anon and Pss_Shmem");
    }
    return *pss;
}

core::Result<std::uint64_t> count_descriptors(pid_t pid) {
    std::error_code error;
    std::uint64_t count = 0;
    for (std::filesystem::directory_iterator entry(path_of(pid, "fd"), error), end;
         !error && entry != end; entry.increment(error)) {
        ++count;
    }
    if (error) {
        return of_process(pid, "open descriptors", error.message());
    }
    return count;
}

}  // namespace ringcast::loadtest

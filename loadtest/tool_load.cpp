// SPDX-License-Identifier: Apache-2.0
#include "loadtest/tool_load.hpp"

#include <fmt/format.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>

#include "loadtest/proc.hpp"

namespace ringcast::loadtest {

namespace {

constexpr double kBusyMax = 0.85;                // of what it could use
constexpr std::int64_t kLatenessUsMax = 50'000;  // p99; two frames

std::optional<pid_t> next_number(std::string_view text) {
    pid_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    return parsed.ec == std::errc{} ? std::optional(number) : std::nullopt;
}

/// Processes that the main thread has forked; none where the kernel does not say
/// (CONFIG_PROC_CHILDREN).
std::vector<pid_t> children() {
    const std::string self = std::to_string(::getpid());
    const auto text = read_proc_file("/proc/self/task/" + self + "/children");
    std::vector<pid_t> pids;
    std::string_view rest = text ? std::string_view(*text) : "";
    while (const auto pid = next_number(rest)) {
        pids.push_back(*pid);
        rest.remove_prefix(std::min(rest.find(' '), rest.size() - 1) + 1);
    }
    return pids;
}

}  // namespace

double tool_cpu_seconds() {
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    double sum = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        rusage usage{};
        ::getrusage(who, &usage);
        sum += seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    for (const pid_t child : children()) {
        const auto cpu = read_cpu(child);
        sum += cpu ? cpu->seconds : 0;
    }
    return sum;
}

std::map<pid_t, double> thread_cpu_seconds() {
    std::map<pid_t, double> threads;
    std::vector<pid_t> processes = children();
    processes.push_back(::getpid());
    for (const pid_t process : processes) {
        std::error_code error;
        const std::string folder = "/proc/" + std::to_string(process) + "/task";
        for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
             entry.increment(error)) {
            const auto text = read_proc_file(entry->path() / "stat");
            const auto cpu = text ? parse_stat(*text) : std::nullopt;
            const auto thread = next_number(std::string_view(entry->path().filename().native()));
            if (cpu && thread) {
                threads[*thread] = cpu->seconds;
            }
        }
    }
    return threads;
}

ToolLoad compare_threads(const std::map<pid_t, double>& before,
                         const std::map<pid_t, double>& after) {
    ToolLoad load;
    for (const auto& [thread, seconds] : after) {
        const auto then = before.find(thread);
        const double used = seconds - (then == before.end() ? 0 : then->second);
        load.busiest_thread_seconds = std::max(load.busiest_thread_seconds, used);
    }
    load.threads = static_cast<unsigned>(after.size());
    load.cores = usable_cores();
    return load;
}

unsigned usable_cores() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (::sched_getaffinity(0, sizeof(set), &set) != 0) {
        return 1;  // more cores than fit into a cpu_set_t
    }
    return static_cast<unsigned>(CPU_COUNT(&set));
}

std::vector<std::string> find_limits(const ToolLoad& load, std::int64_t lateness_p99_us) {
    std::vector<std::string> limits;
    const double cores = std::min(load.threads, load.cores);
    if (load.cpu_seconds > kBusyMax * cores * load.seconds) {
        limits.push_back(fmt::format("the tool used {:.0f} % of the {} cores that it could use",
                                     100 * load.cpu_seconds / (cores * load.seconds), cores));
    } else if (load.busiest_thread_seconds > kBusyMax * load.seconds) {
        limits.push_back(fmt::format("a thread of the tool used {:.0f} % of a core (see --threads)",
                                     100 * load.busiest_thread_seconds / load.seconds));
    }
    if (lateness_p99_us > kLatenessUsMax) {
        limits.push_back(fmt::format("sources wrote late: {:.0f} ms at p99",
                                     static_cast<double>(lateness_p99_us) / 1'000));
    }
    return limits;
}

}  // namespace ringcast::loadtest

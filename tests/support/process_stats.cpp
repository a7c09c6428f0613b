// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process_stats.hpp"

#include <time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <stdexcept>
#include <string>

namespace ringcast::tests::support {

std::size_t pss_bytes(pid_t pid) {
    std::ifstream rollup("/proc/" + std::to_string(pid) + "/smaps_rollup");
    std::size_t kib = 0;
    for (std::string line; std::getline(rollup, line);) {
        if (line.starts_with("Pss_Anon:") || line.starts_with("Pss_Shmem:")) {
            kib += std::stoul(line.substr(line.find(':') + 1));
        }
    }
    if (kib == 0) {
        throw std::runtime_error("no PSS of process " + std::to_string(pid));
    }
    return kib * 1024;
}

std::chrono::nanoseconds cpu_time(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    // The scheduler's own sum: /proc's is the same, cut to hundredths of a second.
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0) {
        throw std::runtime_error("no processor time of process " + std::to_string(pid));
    }
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::chrono::nanoseconds cpu_time_of_family(pid_t pid) {
    std::chrono::nanoseconds sum = cpu_time(pid);
    const std::string threads = "/proc/" + std::to_string(pid) + "/task";
    for (const auto& thread : std::filesystem::directory_iterator(threads)) {
        std::ifstream children(thread.path() / "children");
        for (pid_t child = 0; children >> child;) {
            sum += cpu_time(child);
        }
    }
    return sum;
}

std::chrono::nanoseconds machine_cpu_time() {
    std::ifstream stat("/proc/stat");
    std::string label;
    std::array<std::int64_t, 8> spent{};  // user nice system idle iowait irq softirq steal
    stat >> label;
    for (std::int64_t& ticks : spent) {
        stat >> ticks;
    }
    const std::int64_t ticks_per_s = sysconf(_SC_CLK_TCK);
    if (!stat || ticks_per_s <= 0) {
        throw std::runtime_error("no processor time of this machine");
    }
    const std::int64_t idle = spent[3] + spent[4];
    const std::int64_t busy = std::accumulate(spent.begin(), spent.end(), -idle);
    return std::chrono::nanoseconds(busy * (1'000'000'000 / ticks_per_s));
}

std::size_t open_descriptors(pid_t pid) {
    const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace ringcast::tests::support

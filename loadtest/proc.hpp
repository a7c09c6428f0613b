// SPDX-License-Identifier: Apache-2.0
// What Linux says of a process in /proc (proc(5)). Errors are one line each and name the process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace ringcast::loadtest {

/// CPU of a process or of one thread of it.
struct CpuReading {
    double seconds = 0;         ///< user and system, of all threads, also of those that have ended
    std::uint64_t started = 0;  ///< clock ticks since boot: tells a new process from an old one
    bool ended = false;         ///< a zombie: only its number is still there
};

/// From /proc/PID/stat or /proc/PID/task/TID/stat; nothing when it is not of that form.
[[nodiscard]] std::optional<CpuReading> parse_stat(std::string_view text);

/// Anonymous and shared memory, from /proc/PID/smaps_rollup, bytes; nothing when it does not say
/// both.
[[nodiscard]] std::optional<std::uint64_t> parse_pss(std::string_view text);

[[nodiscard]] core::Result<CpuReading> read_cpu(pid_t pid);

/// Proportional set size in bytes (resident memory, shared pages divided by their users) of
/// anonymous and shared memory. Pages of programs and libraries are left out: they change with
/// whoever else maps them. Dear for the process that is asked about: its page tables are walked.
[[nodiscard]] core::Result<std::uint64_t> read_pss(pid_t pid);

[[nodiscard]] core::Result<std::uint64_t> count_descriptors(pid_t pid);

/// The first 64 KiB of a file, as procfs gives them.
[[nodiscard]] core::Result<std::string> read_proc_file(const std::string& path);

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// What a process holds, as the kernel counts it in /proc.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>

namespace ringcast::tests::support {

/// Proportional set size in bytes of anonymous and shared memory: what the process asked for
/// itself. Pages of its program and libraries are left out, as others who map them come and go.
/// (RSS counts a ring twice, as it is mapped twice.) Throws std::runtime_error when it cannot be
/// read.
[[nodiscard]] std::size_t pss_bytes(pid_t pid);

/// Processor time of all its threads until now, user and system. Throws std::runtime_error when it
/// cannot be read.
[[nodiscard]] std::chrono::nanoseconds cpu_time(pid_t pid);

/// The same, and that of its children that still run.
[[nodiscard]] std::chrono::nanoseconds cpu_time_of_family(pid_t pid);

/// Processor time that was not idle, of all processes and cores since boot, in hundredths of a
/// second at best; what a hypervisor took is in it. Throws std::runtime_error when it cannot be
/// read.
[[nodiscard]] std::chrono::nanoseconds machine_cpu_time();

/// Open file descriptors.
[[nodiscard]] std::size_t open_descriptors(pid_t pid);

}  // namespace ringcast::tests::support

// SPDX-License-Identifier: Apache-2.0
// Watches the processes of a server on this machine: CPU, memory, descriptors, and what the kernel
// holds for their sockets. What cannot be read is noted once and left out from then on.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "loadtest/socket_memory.hpp"

namespace ringcast::loadtest {

/// Sums over all processes. Nothing where one that still runs could not be asked.
struct ServerSample {
    double cpu_seconds = 0;                      ///< since the sampler was made; never goes back
    std::optional<std::uint64_t> pss_bytes{};    ///< only in samples that measure memory
    std::optional<std::uint64_t> descriptors{};  ///< open ones
    std::optional<SocketMemory> sockets{};       ///< only in samples that measure memory
};

/// Not thread-safe.
class ServerSampler {
  public:
    /// `ports`: where the server listens.
    ServerSampler(const std::vector<pid_t>& pids, std::vector<std::uint16_t> ports);

    /// `memory`: also what is dear to measure (page tables and sockets are walked), so not often.
    [[nodiscard]] ServerSample sample(bool memory);

    /// A sentence for each thing that could not be read, and for each process that ended.
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  private:
    struct Process {
        pid_t pid;
        std::uint64_t started = 0;
        double first_seconds = 0;
        double used_seconds = 0;  // since the sampler was made
        bool running = true;
        bool memory_readable = true;
        bool descriptors_readable = true;
    };

    void read_cpu_of(Process& process);
    std::optional<std::uint64_t> sum_of(core::Result<std::uint64_t> (*read)(pid_t),
                                        bool Process::*readable);

    std::vector<Process> processes_;
    std::vector<std::uint16_t> ports_;
    SocketMemoryReader sockets_;
    bool sockets_readable_ = true;
    std::vector<std::string> notes_;
};

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/server_sampler.hpp"

#include <utility>

#include "loadtest/proc.hpp"

namespace ringcast::loadtest {

ServerSampler::ServerSampler(const std::vector<pid_t>& pids, std::vector<std::uint16_t> ports)
    : ports_(std::move(ports)) {
    for (const pid_t pid : pids) {
        Process process{.pid = pid};
        const auto cpu = read_cpu(pid);
        if (cpu) {
            process.started = cpu->started;
            process.first_seconds = cpu->seconds;
        } else {
            process.running = false;
            notes_.push_back(cpu.error().message);
        }
        processes_.push_back(process);
    }
}

ServerSample ServerSampler::sample(bool memory) {
    ServerSample sample;
    for (Process& process : processes_) {
        if (process.running) {
            read_cpu_of(process);
        }
        sample.cpu_seconds += process.used_seconds;
    }
    sample.descriptors = sum_of(&count_descriptors, &Process::descriptors_readable);
    if (memory) {
        sample.pss_bytes = sum_of(&read_pss, &Process::memory_readable);
        if (sockets_readable_) {
            auto sockets = sockets_.read(ports_);
            if (sockets) {
                sample.sockets = *sockets;
            } else {
                sockets_readable_ = false;
                notes_.push_back(sockets.error().message);
            }
        }
    }
    return sample;
}

void ServerSampler::read_cpu_of(Process& process) {
    const auto cpu = read_cpu(process.pid);
    // Its number may have been given to another process.
    if (!cpu || cpu->started != process.started || cpu->ended) {
        process.running = false;
        notes_.push_back("process " + std::to_string(process.pid) + " ended during the run");
        return;
    }
    process.used_seconds = cpu->seconds - process.first_seconds;
}

/// Nothing when a process that runs cannot be asked, or none runs.
std::optional<std::uint64_t> ServerSampler::sum_of(core::Result<std::uint64_t> (*read)(pid_t),
                                                   bool Process::*readable) {
    std::optional<std::uint64_t> sum;
    for (Process& process : processes_) {
        if (!process.running) {
            continue;
        }
        if (!(process.*readable)) {
            return std::nullopt;
        }
        const auto value = read(process.pid);
        if (!value) {
            process.*readable = false;
            notes_.push_back(value.error().message);
            return std::nullopt;
        }
        sum = sum.value_or(0) + *value;
    }
    return sum;
}

}  // namespace ringcast::loadtest

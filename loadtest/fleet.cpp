// SPDX-License-Identifier: Apache-2.0
#include "loadtest/fleet.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/check.hpp"
#include "loadtest/fleet_process.hpp"
#include "loadtest/wall_clock.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::size_t kOtherDescriptors = 64;
constexpr std::int64_t kStopUsMax = 30'000'000;  // closing 20,000 sockets takes about a second

std::span<FleetProgress> map_progress(std::size_t count) {
    void* const memory = ::mmap(nullptr, count * sizeof(FleetProgress), PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    core::check(memory != MAP_FAILED, "a page can be had before the first connection");
    auto* const first = static_cast<FleetProgress*>(memory);
    std::uninitialized_value_construct_n(first, count);
    return {first, count};
}

}  // namespace

std::size_t connections_within(std::size_t descriptor_limit) {
    return std::max(descriptor_limit, kOtherDescriptors + 1) - kOtherDescriptors;
}

unsigned processes_for(std::size_t listeners, std::size_t connections) {
    return static_cast<unsigned>(
        std::max<std::size_t>((listeners + connections - 1) / connections, 1));
}

Fleet::Fleet(FleetOptions options) : options_(std::move(options)) {
    core::check(!options_.targets.empty(), "a fleet has where to go");
    core::check(options_.processes > 0 && options_.threads > 0, "a fleet has who carries it");
    progress_ = map_progress(options_.processes);
    for (unsigned number = 0; number < options_.processes; ++number) {
        processes_.push_back(std::make_unique<FleetProcess>(options_, progress_[number], number));
    }
}

Fleet::~Fleet() {
    processes_.clear();
    ::munmap(progress_.data(), progress_.size_bytes());
}

void Fleet::start() {
    for (const auto& process : processes_) {
        process->start();
    }
}

FleetCounts Fleet::progress() const {
    FleetCounts sum;
    for (const auto& process : processes_) {
        const FleetCounts counts = process->progress();
        sum.opened += counts.opened;
        sum.streaming += counts.streaming;
        sum.failed += counts.failed;
        sum.left += counts.left;
        sum.bytes += counts.bytes;
        sum.gaps += counts.gaps;
    }
    return sum;
}

FleetTotals Fleet::stop() {
    for (const auto& process : processes_) {
        process->ask_to_stop();
    }
    const std::int64_t deadline_us = wall_now_us() + kStopUsMax;
    FleetTotals totals;
    for (const auto& process : processes_) {
        totals.merge(process->collect(deadline_us));
    }
    return totals;
}

}  // namespace ringcast::loadtest

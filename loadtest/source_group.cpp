// SPDX-License-Identifier: Apache-2.0
#include "loadtest/source_group.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <queue>
#include <utility>

#include "loadtest/wall_clock.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::int64_t kWaitUsMax = 100'000;  // and so the longest that stop() waits

}  // namespace

SourceGroup::SourceGroup(SourceOptions options, const std::vector<Target>& targets)
    : options_(std::move(options)) {
    for (const Target& target : targets) {
        sources_.push_back(std::make_unique<SyntheticSource>(options_, target));
    }
}

void SourceGroup::start() {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

SourceTotals SourceGroup::stop() {
    thread_.request_stop();
    thread_.join();
    SourceTotals totals;
    for (const auto& source : sources_) {
        totals.merge(source->totals());
    }
    sources_.clear();
    return totals;
}

void SourceGroup::run(const std::stop_token& stop) {
    using Turn = std::pair<std::int64_t, SyntheticSource*>;  // when, who
    std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns;
    for (const auto& source : sources_) {
        turns.emplace(0, source.get());
    }
    while (!stop.stop_requested()) {
        const std::int64_t now_us = wall_now_us();
        const auto [due_us, source] = turns.top();
        if (due_us > now_us) {
            std::this_thread::sleep_for(
                std::chrono::microseconds(std::min(due_us - now_us, kWaitUsMax)));
            continue;
        }
        turns.pop();
        const bool was_streaming = source->streaming();
        turns.emplace(source->step(now_us), source);
        if (source->streaming() != was_streaming) {
            was_streaming ? --streaming_ : ++streaming_;
        }
    }
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// Up to a thousand synthetic sources on one thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "loadtest/synthetic_source.hpp"

namespace ringcast::loadtest {

class SourceGroup {
  public:
    SourceGroup(SourceOptions options, const std::vector<Target>& targets);
    SourceGroup(const SourceGroup&) = delete;
    SourceGroup& operator=(const SourceGroup&) = delete;

    void start();

    /// Ends the thread, closes all connections, and says what happened. Requires: start() before.
    [[nodiscard]] SourceTotals stop();

    /// How many sources are on the air. Any thread.
    [[nodiscard]] std::size_t streaming() const { return streaming_.load(); }

    [[nodiscard]] const SourceOptions& options() const { return options_; }

    /// Other threads may only ask a source for target() and newest_frame().
    [[nodiscard]] const std::vector<std::unique_ptr<SyntheticSource>>& sources() const {
        return sources_;
    }

  private:
    void run(const std::stop_token& stop);

    const SourceOptions options_;
    std::vector<std::unique_ptr<SyntheticSource>> sources_;
    std::atomic<std::size_t> streaming_{0};
    std::jthread thread_;
};

}  // namespace ringcast::loadtest

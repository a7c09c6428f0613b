// SPDX-License-Identifier: Apache-2.0
// Changes the titles of a group of sources, as playout systems do: by requests of their own, one
// after the other, on one thread that may wait.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <thread>

#include "loadtest/source_group.hpp"

namespace ringcast::loadtest {

struct TitleTotals {
    std::uint64_t set = 0;
    std::uint64_t failed = 0;
    std::map<std::string, std::uint64_t> failures;

    void merge(const TitleTotals& other);
};

class TitleUpdater {
  public:
    /// Gives each source a new title every `every_us`. `group` outlives the updater.
    TitleUpdater(const SourceGroup& group, std::int64_t every_us);
    TitleUpdater(const TitleUpdater&) = delete;
    TitleUpdater& operator=(const TitleUpdater&) = delete;

    void start();

    /// Requires: start() before, and the group is still there.
    [[nodiscard]] TitleTotals stop();

  private:
    void run(const std::stop_token& stop);
    void set_title(const SyntheticSource& source);

    const SourceGroup& group_;
    std::int64_t every_us_;
    TitleTotals totals_;
    std::jthread thread_;
};

}  // namespace ringcast::loadtest

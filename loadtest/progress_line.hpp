// SPDX-License-Identifier: Apache-2.0
// What a run looks like while it goes on: one line on the terminal, written again and again.
#pragma once

#include <cstddef>
#include <string>

#include "loadtest/time_series.hpp"

namespace ringcast::loadtest {

/// Of the time between two moments; `sources` are on the air.
[[nodiscard]] std::string progress_text(const SeriesPoint& before, const SeriesPoint& now,
                                        std::size_t sources);

/// Writes to standard error if that is a terminal, else nothing. Not thread-safe.
class ProgressLine {
  public:
    ProgressLine();
    /// Leaves the last line standing.
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void show(const std::string& text);

  private:
    bool terminal_;
    bool shown_ = false;
};

}  // namespace ringcast::loadtest

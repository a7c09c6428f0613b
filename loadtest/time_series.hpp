// SPDX-License-Identifier: Apache-2.0
// What a run looked like over time, in bounded memory: when it has become long, every second point
// is dropped, and from then on only every second (fourth, eighth...) moment is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "loadtest/server_sampler.hpp"

namespace ringcast::loadtest {

/// One moment. What is counted (not measured) is counted from the beginning, so that rates between
/// any two points are right.
struct SeriesPoint {
    double seconds = 0;           ///< since the listeners began to come
    std::uint64_t opened = 0;     ///< connections of listeners that were begun
    std::uint64_t streaming = 0;  ///< listeners that get audio now
    std::uint64_t failed = 0;     ///< listeners that never got to audio
    std::uint64_t left = 0;       ///< listeners that left on purpose (churn)
    std::uint64_t bytes = 0;      ///< received by all listeners
    std::uint64_t gaps = 0;       ///< of listeners that read at full speed
    double tool_cpu_seconds = 0;  ///< of all its processes
    std::optional<ServerSample> server{};
};

class TimeSeries {
  public:
    static constexpr std::size_t kPointsMax = 4'096;

    /// `point` is later than those before.
    void add(const SeriesPoint& point);

    [[nodiscard]] const std::vector<SeriesPoint>& points() const { return points_; }

  private:
    std::vector<SeriesPoint> points_;
    std::size_t stride_ = 1;  // of this many points one is kept
    std::size_t offered_ = 0;
};

}  // namespace ringcast::loadtest

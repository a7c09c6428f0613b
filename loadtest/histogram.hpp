// SPDX-License-Identifier: Apache-2.0
// A histogram of microseconds in fixed memory: exact below 64 us, then 32 buckets for each power of
// two, so that every percentile is right within 3.2 %. Values above 19 hours count in the last
// bucket. Not thread-safe: one per thread, merged at the end.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ringcast::loadtest {

/// How many values lay between `from_us` and the next bar's.
struct HistogramBar {
    std::int64_t from_us = 0;
    std::uint64_t count = 0;
};

class Histogram {
  public:
    /// Counts one value; negative ones (clocks of two machines that disagree) count as 0.
    void record(std::int64_t value_us);

    void merge(const Histogram& other);

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::int64_t max_us() const { return max_us_; }

    /// The value that `fraction` (0..1) of all recorded values do not exceed, rounded up to the end
    /// of its bucket but never above the greatest recorded one; 0 when nothing was recorded.
    [[nodiscard]] std::int64_t percentile_us(double fraction) const;

    /// For drawing: one bar below 64 us, then four for each power of two; from the first to the
    /// last that has values.
    [[nodiscard]] std::vector<HistogramBar> bars() const;

  private:
    static constexpr std::size_t kExactValues = 64;
    static constexpr std::size_t kBucketsPerOctave = 32;
    static constexpr std::size_t kOctaves = 30;

    std::array<std::uint64_t, kExactValues + kOctaves * kBucketsPerOctave> buckets_{};
    std::uint64_t count_ = 0;
    std::int64_t max_us_ = 0;
};

}  // namespace ringcast::loadtest

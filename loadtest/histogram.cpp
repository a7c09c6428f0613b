// SPDX-License-Identifier: Apache-2.0
#include "loadtest/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace ringcast::loadtest {

void Histogram::record(std::int64_t value_us) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(value_us, 0));
    std::size_t bucket = value;
    if (value >= kExactValues) {
        // Keep the six highest bits: the first is always set, the other five choose the bucket.
        const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 6;
        bucket = kExactValues + (shift - 1) * kBucketsPerOctave +
                 static_cast<std::size_t>(value >> shift) - kBucketsPerOctave;
    }
    ++buckets_[std::min(bucket, buckets_.size() - 1)];
    ++count_;
    max_us_ = std::max(max_us_, value_us);
}

void Histogram::merge(const Histogram& other) {
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        buckets_[i] += other.buckets_[i];
    }
    count_ += other.count_;
    max_us_ = std::max(max_us_, other.max_us_);
}

std::int64_t Histogram::percentile_us(double fraction) const {
    const auto wanted = static_cast<std::uint64_t>(
        std::ceil(std::clamp(fraction, 0.0, 1.0) * static_cast<double>(count_)));
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (seen < wanted || seen == 0) {
            continue;
        }
        if (i < kExactValues) {
            return std::min(static_cast<std::int64_t>(i), max_us_);
        }
        const std::size_t shift = (i - kExactValues) / kBucketsPerOctave + 1;
        const std::size_t top = (i - kExactValues) % kBucketsPerOctave + kBucketsPerOctave;
        return std::min((static_cast<std::int64_t>(top + 1) << shift) - 1, max_us_);
    }
    return 0;
}

std::vector<HistogramBar> Histogram::bars() const {
    constexpr std::size_t kBucketsPerBar = kBucketsPerOctave / 4;
    std::vector<HistogramBar> all{{0, 0}};
    std::size_t first = SIZE_MAX;
    std::size_t last = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        if (i >= kExactValues && (i - kExactValues) % kBucketsPerBar == 0) {
            const std::size_t shift = (i - kExactValues) / kBucketsPerOctave + 1;
            const std::size_t low = (i - kExactValues) % kBucketsPerOctave + kBucketsPerOctave;
            all.push_back({static_cast<std::int64_t>(low << shift), 0});
        }
        all.back().count += buckets_[i];
        if (buckets_[i] > 0) {
            first = std::min(first, all.size() - 1);
            last = all.size();
        }
    }
    if (first == SIZE_MAX) {
        return {};
    }
    const auto at = [&all](std::size_t i) { return all.begin() + static_cast<std::ptrdiff_t>(i); };
    return {at(first), at(last)};
}

}  // namespace ringcast::loadtest

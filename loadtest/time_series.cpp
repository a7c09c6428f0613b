// SPDX-License-Identifier: Apache-2.0
#include "loadtest/time_series.hpp"

namespace ringcast::loadtest {

void TimeSeries::add(const SeriesPoint& point) {
    if (offered_++ % stride_ != 0) {
        return;
    }
    if (points_.size() == kPointsMax) {
        for (std::size_t i = 0; i < kPointsMax / 2; ++i) {
            points_[i] = points_[2 * i];
        }
        points_.resize(kPointsMax / 2);
        stride_ *= 2;
        // This point is the next that the wider stride keeps, as kPointsMax is even.
    }
    points_.push_back(point);
}

}  // namespace ringcast::loadtest

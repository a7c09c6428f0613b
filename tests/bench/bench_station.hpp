// SPDX-License-Identifier: Apache-2.0
// A station with a ring of 1 MiB that is full, so that what is measured is the steady state.
#pragma once

#include <memory>

#include "core/block_pool.hpp"
#include "core/check.hpp"
#include "core/station.hpp"

namespace ringcast::core {

class BenchStation {
  public:
    BenchStation()
        : pool_(*BlockPool::create({.extents = 16, .stations = 1})),
          station_(*Station::create(*pool_, pool_->stations()[0], "/bench", 16 * kExtentBytesMin)) {
        check(station_->begin_source("application/octet-stream", true).has_value(), "memory");
        constexpr std::size_t kStep = 4096;
        while (station_->ring().head() < 2 * station_->ring().capacity()) {
            check(!station_->prepare(kStep).empty(), "nobody is pinned");
            check(station_->publish(kStep, 256'000) == kStep, "every byte passes");
        }
    }
    Station& operator*() { return *station_; }
    Station* operator->() { return station_.get(); }

  private:
    std::unique_ptr<BlockPool> pool_;
    std::unique_ptr<Station> station_;
};

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
// All stations: those of the config and those that came with a source. Thread-safe.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/block_pool.hpp"
#include "core/result.hpp"
#include "server/stations/station_entry.hpp"

namespace ringcast::server::stations {

/// Outlives every entry that it gave out.
class StationRegistry {
  public:
    explicit StationRegistry(core::BlockPool& pool);
    StationRegistry(const StationRegistry&) = delete;
    StationRegistry& operator=(const StationRegistry&) = delete;

    /// Adds a station and reserves its ring. If one of that mount is there already, it is returned.
    /// Errors: TableFull, PoolExhausted, System.
    [[nodiscard]] core::Result<std::shared_ptr<StationEntry>> add(StationSettings settings);

    /// Null when there is none.
    [[nodiscard]] std::shared_ptr<StationEntry> find(std::string_view mount) const;

    /// The station at a place of the pool's table. Requires: somebody holds it (a listener that was
    /// admitted, or the writer). No lock: may be used on the streaming path.
    [[nodiscard]] StationEntry& at(std::uint32_t index) const {
        return *places_[index].entry.load(std::memory_order_acquire);
    }

    /// All of them, by mount.
    [[nodiscard]] std::vector<std::shared_ptr<StationEntry>> all() const;

    /// Removes dynamic stations that have had neither source nor listener for `idle_ms` and returns
    /// them. A ring goes back to the pool, which may take long, when the last holder lets go.
    [[nodiscard]] std::vector<std::shared_ptr<StationEntry>> remove_idle(std::int64_t now_ms,
                                                                         std::int64_t idle_ms);

  private:
    core::BlockPool& pool_;
    struct Place {
        std::atomic<StationEntry*> entry{nullptr};
        std::atomic<bool> taken{false};  // until the last holder of a removed entry let go
    };

    std::vector<Place> places_;        // as the pool's table
    mutable std::shared_mutex mutex_;  // guards the map, and who takes which place
    std::map<std::string, std::shared_ptr<StationEntry>, std::less<>> by_mount_;
};

}  // namespace ringcast::server::stations

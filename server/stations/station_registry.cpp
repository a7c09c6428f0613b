// SPDX-License-Identifier: Apache-2.0
#include "server/stations/station_registry.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "server/runtime/system_clock.hpp"

namespace ringcast::server::stations {

StationRegistry::StationRegistry(core::BlockPool& pool)
    : pool_(pool), places_(pool.capacity().stations) {
}

core::Result<std::shared_ptr<StationEntry>> StationRegistry::add(StationSettings settings) {
    const std::unique_lock lock(mutex_);
    if (const auto there = by_mount_.find(settings.mount); there != by_mount_.end()) {
        return there->second;
    }
    const auto place = std::find_if(places_.begin(), places_.end(), [](const Place& candidate) {
        return !candidate.taken.load(std::memory_order_acquire);
    });
    if (place == places_.end()) {
        return core::Error{core::Errc::TableFull, "the table of stations is full"};
    }
    const auto index = static_cast<std::uint32_t>(place - places_.begin());
    core::Result<std::unique_ptr<core::Station>> station =
        core::Station::create(pool_, pool_.stations()[index], settings.mount, settings.ring_bytes);
    if (!station) {
        return station.error();
    }
    const std::string mount = settings.mount;
    // The place is free again only when the destructor is done with the pool's record.
    std::shared_ptr<StationEntry> entry(new StationEntry(std::move(settings), std::move(*station),
                                                         index, runtime::steady_milliseconds()),
                                        [this, index](const StationEntry* gone) {
                                            delete gone;
                                            places_[index].taken.store(false,
                                                                       std::memory_order_release);
                                        });
    place->taken.store(true, std::memory_order_relaxed);
    place->entry.store(entry.get(), std::memory_order_release);
    by_mount_.emplace(mount, entry);
    return entry;
}

std::shared_ptr<StationEntry> StationRegistry::find(std::string_view mount) const {
    const std::shared_lock lock(mutex_);
    const auto found = by_mount_.find(mount);
    return found == by_mount_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<StationEntry>> StationRegistry::all() const {
    std::vector<std::shared_ptr<StationEntry>> entries;
    const std::shared_lock lock(mutex_);
    entries.reserve(by_mount_.size());
    for (const auto& [mount, entry] : by_mount_) {
        entries.push_back(entry);
    }
    return entries;
}

std::vector<std::shared_ptr<StationEntry>> StationRegistry::remove_idle(std::int64_t now_ms,
                                                                        std::int64_t idle_ms) {
    std::vector<std::shared_ptr<StationEntry>> removed;
    const std::unique_lock lock(mutex_);
    for (auto it = by_mount_.begin(); it != by_mount_.end();) {
        if (it->second->settings().dynamic && it->second->retire(now_ms, idle_ms)) {
            removed.push_back(std::move(it->second));
            it = by_mount_.erase(it);
        } else {
            ++it;
        }
    }
    return removed;
}

}  // namespace ringcast::server::stations

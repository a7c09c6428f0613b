// SPDX-License-Identifier: Apache-2.0
#include "server/stations/station_registry.hpp"

#include <mutex>
#include <utility>

#include "server/runtime/system_clock.hpp"

namespace ringcast::server::stations {

StationRegistry::StationRegistry(core::BlockPool& pool)
    : pool_(pool), by_index_(pool.capacity().stations) {
}

core::Result<std::shared_ptr<StationEntry>> StationRegistry::add(StationSettings settings) {
    const std::unique_lock lock(mutex_);
    if (const auto there = by_mount_.find(settings.mount); there != by_mount_.end()) {
        return there->second;
    }
    // A place is free once the record's memory is: an entry that was removed may still be held for
    // a moment.
    std::uint32_t index = 0;
    while (index < by_index_.size() &&
           pool_.stations()[index].used.load(std::memory_order_acquire) != 0) {
        ++index;
    }
    if (index == by_index_.size()) {
        return core::Error{core::Errc::TableFull, "the table of stations is full"};
    }
    core::Result<std::unique_ptr<core::Station>> station =
        core::Station::create(pool_, pool_.stations()[index], settings.mount, settings.ring_bytes);
    if (!station) {
        return station.error();
    }
    const std::string mount = settings.mount;
    auto entry = std::make_shared<StationEntry>(std::move(settings), std::move(*station), index,
                                                runtime::steady_milliseconds());
    by_index_[index].store(entry.get(), std::memory_order_release);
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

std::vector<std::string> StationRegistry::remove_idle(std::int64_t now_ms, std::int64_t idle_ms) {
    std::vector<std::string> removed;
    const std::unique_lock lock(mutex_);
    for (auto it = by_mount_.begin(); it != by_mount_.end();) {
        if (it->second->settings().dynamic && it->second->retire(now_ms, idle_ms)) {
            removed.push_back(it->first);
            it = by_mount_.erase(it);
        } else {
            ++it;
        }
    }
    return removed;
}

}  // namespace ringcast::server::stations

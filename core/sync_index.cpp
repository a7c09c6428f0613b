// SPDX-License-Identifier: Apache-2.0
#include "core/sync_index.hpp"

namespace ringcast::core {

// A quarter of the entries is left over for the points between the window's low end and the head's
// newest.
SyncIndex::SyncIndex(SyncRecord& record, std::size_t capacity)
    : record_(&record), spacing_(capacity / (kSyncPointsMax * 3 / 4)) {
}

void SyncIndex::add(SyncPoint point, StreamOffset floor) {
    const std::uint64_t count = record_->count.load(std::memory_order_relaxed);
    if (count > 0) {
        const StreamOffset last =
            record_->entries[(count - 1) % kSyncPointsMax].offset.load(std::memory_order_relaxed);
        if (last >= floor && point.offset < last + spacing_) {
            return;
        }
    }
    auto& entry = record_->entries[count % kSyncPointsMax];
    entry.offset.store(point.offset, std::memory_order_release);
    entry.time.store(point.time, std::memory_order_release);
    record_->count.store(count + 1, std::memory_order_release);
}

std::optional<SyncPoint> SyncIndex::read(std::uint64_t number) const {
    const auto& entry = record_->entries[number % kSyncPointsMax];
    const SyncPoint point{entry.offset.load(std::memory_order_acquire),
                          entry.time.load(std::memory_order_acquire)};
    // If either load saw a later entry of this place, its writer had already counted up to that
    // one.
    if (record_->count.load(std::memory_order_acquire) >= number + kSyncPointsMax) {
        return std::nullopt;
    }
    return point;
}

template <class Pred>
std::uint64_t SyncIndex::first_where(std::uint64_t begin, std::uint64_t end, Pred pred) const {
    while (begin < end) {
        const std::uint64_t middle = begin + (end - begin) / 2;
        const std::optional<SyncPoint> point = read(middle);
        if (point && pred(*point)) {
            end = middle;
        } else {
            begin = middle + 1;  // an overwritten entry lies below every window
        }
    }
    return begin;
}

std::uint64_t SyncIndex::first_from(StreamOffset low, std::uint64_t count) const {
    const std::uint64_t begin = count > kSyncPointsMax ? count - kSyncPointsMax : 0;
    return first_where(begin, count, [low](const SyncPoint& point) { return point.offset >= low; });
}

std::optional<SyncPoint> SyncIndex::oldest(StreamOffset low) const {
    const std::uint64_t count = record_->count.load(std::memory_order_acquire);
    const std::uint64_t oldest = first_from(low, count);
    return oldest == count ? std::nullopt : read(oldest);
}

std::optional<SyncPoint> SyncIndex::newest(StreamOffset low) const {
    const std::uint64_t count = record_->count.load(std::memory_order_acquire);
    const std::optional<SyncPoint> point = count == 0 ? std::nullopt : read(count - 1);
    return point && point->offset >= low ? point : std::nullopt;
}

std::optional<SyncPoint> SyncIndex::newest_until(MediaTime time, StreamOffset low) const {
    const std::uint64_t count = record_->count.load(std::memory_order_acquire);
    const std::uint64_t oldest = first_from(low, count);
    if (oldest == count) {
        return std::nullopt;
    }
    const std::uint64_t later =
        first_where(oldest, count, [time](const SyncPoint& point) { return point.time > time; });
    return read(later > oldest ? later - 1 : oldest);
}

}  // namespace ringcast::core

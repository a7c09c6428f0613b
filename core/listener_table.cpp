// SPDX-License-Identifier: Apache-2.0
#include "core/listener_table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/check.hpp"

namespace ringcast::core {

ListenerTable::ListenerTable(BlockPool& pool)
    : pool_(pool),
      records_(pool.listeners()),
      chunks_(pool.at<ListenerChunk>(pool.layout().listener_chunks),
              pool.capacity().listeners / kListenersPerChunk) {
}

std::uint32_t ListenerTable::claim_chunk(std::uint32_t worker) {
    const std::scoped_lock lock(mutex_);
    for (; first_free_ < chunks_.size(); ++first_free_) {
        ListenerChunk& chunk = chunks_[first_free_];
        if (chunk.owner.load(std::memory_order_relaxed) == 0) {
            chunk.owner.store(worker + 1, std::memory_order_relaxed);
            return first_free_++;
        }
    }
    return kNone;
}

void ListenerTable::give_back_chunk(std::uint32_t chunk) {
    check(chunks_[chunk].used == 0, "an empty chunk is given back");
    const std::uint64_t begin = pool_.layout().listeners +
                                std::uint64_t{chunk} * kListenersPerChunk * sizeof(ListenerRecord);
    pool_.discard_metadata(begin, begin + kListenersPerChunk * sizeof(ListenerRecord));
    const std::scoped_lock lock(mutex_);
    chunks_[chunk].owner.store(0, std::memory_order_relaxed);
    first_free_ = std::min(first_free_, chunk);
}

ListenerPart::~ListenerPart() {
    check(size_ == 0, "every listener record came home");
    for (const std::uint32_t chunk : owned_) {
        table_.give_back_chunk(chunk);
    }
}

std::uint32_t ListenerPart::claim() {
    // Lowest chunks first, so that the highest run empty and go back.
    auto place = std::find_if(owned_.begin(), owned_.end(), [this](std::uint32_t chunk) {
        return table_.chunks()[chunk].used != ~std::uint64_t{0};
    });
    if (place == owned_.end()) {
        const std::uint32_t chunk = table_.claim_chunk(worker_);
        if (chunk == kNone) {
            return kNone;
        }
        place = owned_.insert(std::upper_bound(owned_.begin(), owned_.end(), chunk), chunk);
    }
    ListenerChunk& chunk = table_.chunks()[*place];
    const auto bit = static_cast<std::uint32_t>(std::countr_one(chunk.used));
    chunk.used |= std::uint64_t{1} << bit;
    ++size_;
    const std::uint32_t index = *place * static_cast<std::uint32_t>(kListenersPerChunk) + bit;
    ListenerRecord& record = table_.records()[index];
    record.facts = ListenerFacts{};
    record.slots = {};
    record.generation = 0;
    record.next = kNone;
    record.interval_ticks = 0;
    record.progress_s = 0;
    record.acknowledged = 0;
    record.skip_window_s = 0;
    record.skips_in_window = 0;
    record.close_reason = 0;
    record.identity = kNone;
    record.current.store(0, std::memory_order_relaxed);
    return index;
}

void ListenerPart::release(std::uint32_t index) {
    const auto number = static_cast<std::uint32_t>(index / kListenersPerChunk);
    const std::uint64_t bit = std::uint64_t{1} << (index % kListenersPerChunk);
    ListenerChunk& chunk = table_.chunks()[number];
    check((chunk.used & bit) != 0, "a record is released once");
    table_.records()[index].state.store(RecordState::Free, std::memory_order_release);
    chunk.used &= ~bit;
    --size_;
    if (chunk.used == 0) {
        owned_.erase(std::lower_bound(owned_.begin(), owned_.end(), number));
        table_.give_back_chunk(number);
    }
}

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
#include "core/header_chains.hpp"

#include <cstring>

#include "core/check.hpp"

namespace ringcast::core {

std::uint32_t HeaderChains::oldest_needed(StreamOffset low) const {
    const std::uint32_t count = record_->count.load(std::memory_order_relaxed);
    const std::uint32_t oldest =
        count > kChainsMax ? count - static_cast<std::uint32_t>(kChainsMax) : 0;
    std::uint32_t id = count;
    while (id > oldest + 1 && entry(id).from.load(std::memory_order_relaxed) > low) {
        --id;
    }
    return id;
}

bool HeaderChains::place(std::uint32_t size, std::uint32_t oldest, std::uint32_t& position) const {
    const std::uint32_t count = record_->count.load(std::memory_order_relaxed);
    constexpr auto kArea = static_cast<std::uint32_t>(kStreamHeadersBytesMax);
    // Blobs in use run from `begin` (of the oldest) to `end` (of the newest), perhaps around the
    // area's end.
    std::uint32_t begin = kArea;
    std::uint32_t end = 0;
    for (std::uint32_t id = oldest; id != 0 && id <= count; ++id) {
        const ChainEntry& blob = entry(id);
        if (blob.size != 0) {
            begin = begin == kArea ? blob.position : begin;
            end = blob.position + blob.size;
        }
    }
    if (begin == kArea) {  // none in use
        position = 0;
        return true;
    }
    if (end > begin) {
        if (kArea - end >= size) {
            position = end;
            return true;
        }
        position = 0;
        return size < begin;
    }
    position = end;
    return end + size < begin;
}

bool HeaderChains::enter(std::span<const std::byte> headers, StreamOffset from, StreamOffset low) {
    check(headers.size() <= kStreamHeadersBytesMax, "headers fit their area");
    const std::uint32_t count = record_->count.load(std::memory_order_relaxed);
    const std::uint32_t oldest = count == 0 ? 0 : oldest_needed(low);
    if (count - oldest + 1 >= kChainsMax && count != 0) {
        return false;
    }
    const auto size = static_cast<std::uint32_t>(headers.size());
    std::uint32_t position = 0;
    if (size != 0 && !place(size, oldest, position)) {
        return false;
    }
    ChainEntry& place = entry(count + 1);
    if (size != 0) {
        std::memcpy(record_->area.data() + position, headers.data(), size);
    }
    place.position = position;
    place.size = size;
    place.from.store(from, std::memory_order_relaxed);
    record_->count.store(count + 1, std::memory_order_release);
    return true;
}

HeaderChains::Chain HeaderChains::at(StreamOffset offset) const {
    const std::uint32_t count = record_->count.load(std::memory_order_acquire);
    const std::uint32_t oldest =
        count > kChainsMax ? count - static_cast<std::uint32_t>(kChainsMax) : 0;
    for (std::uint32_t id = count; id > oldest; --id) {
        const ChainEntry& place = entry(id);
        if (place.from.load(std::memory_order_relaxed) <= offset) {
            if (place.size == 0) {
                return {};
            }
            return {id, {record_->area.data() + place.position, place.size}};
        }
    }
    return {};
}

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
#include "core/block_ring.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "core/check.hpp"

namespace ringcast::core {

BlockRing::~BlockRing() {
    if (base_ != nullptr) {
        ::munmap(base_, capacity_ * 2);
    }
}

BlockRing::BlockRing(BlockRing&& other) noexcept {
    *this = std::move(other);
}

BlockRing& BlockRing::operator=(BlockRing&& other) noexcept {
    std::swap(base_, other.base_);
    std::swap(capacity_, other.capacity_);
    std::swap(record_, other.record_);
    std::swap(prepared_, other.prepared_);
    std::swap(confirmed_low_, other.confirmed_low_);
    return *this;
}

Result<BlockRing> BlockRing::map(BlockPool& pool, const ExtentRuns& runs, RingRecord& record) {
    const std::size_t extent_bytes = pool.capacity().extent_bytes;
    const std::size_t capacity = runs.extents() * extent_bytes;
    check(capacity > 0, "a ring has at least one extent");
    void* area = ::mmap(nullptr, capacity * 2, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (area == MAP_FAILED) {
        return Error{Errc::System,
                     std::string("cannot reserve addresses: ") + std::strerror(errno)};
    }
    auto* const base = static_cast<std::byte*>(area);
    BlockRing ring(base, capacity, record);  // unmaps everything if a mapping below fails
    std::byte* at = base;
    for (int half = 0; half < 2; ++half) {
        for (const ExtentRun& run : runs.span()) {
            const std::size_t bytes = run.count * extent_bytes;
            const auto from = static_cast<off_t>(pool.layout().audio + run.first * extent_bytes);
            if (::mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, pool.fd(),
                       from) == MAP_FAILED) {
                return Error{Errc::System,
                             std::string("cannot map a ring: ") + std::strerror(errno)};
            }
            at += bytes;
        }
    }
    ring.confirmed_low_ = record.low.load(std::memory_order_relaxed);
    return ring;
}

Result<void> BlockRing::populate() {
    if (::madvise(base_, capacity_, MADV_POPULATE_WRITE) != 0) {
        return Error{Errc::OutOfMemory,
                     std::string("cannot populate a ring: ") + std::strerror(errno)};
    }
    return {};
}

void BlockRing::reset(RingRecord& record) {
    record.head.store(0, std::memory_order_relaxed);
    record.low.store(0, std::memory_order_relaxed);
    for (WorkerLine& line : record.workers) {
        line.floor.store(kUnpinned, std::memory_order_relaxed);
    }
}

bool BlockRing::pinned_below(StreamOffset low) const {
    return std::any_of(
        record_->workers.begin(), record_->workers.end(),
        [low](const WorkerLine& line) { return line.floor.load(std::memory_order_seq_cst) < low; });
}

std::span<std::byte> BlockRing::prepare(std::size_t size) {
    check(size <= reserve_max(), "a writer prepares at most its reserve");
    const StreamOffset head = record_->head.load(std::memory_order_relaxed);
    const StreamOffset end = head + size;
    const StreamOffset low = std::max(confirmed_low_, end > capacity_ ? end - capacity_ : 0);
    if (low > confirmed_low_) {
        // Announce first, look at the floors second; a worker pins first and reads the low end
        // second. All four are seq_cst, so one of the two sees the other.
        record_->low.store(low, std::memory_order_seq_cst);
        if (pinned_below(low)) {
            record_->low.store(confirmed_low_, std::memory_order_seq_cst);
            return {};
        }
        confirmed_low_ = low;
    }
    prepared_ = size;
    return {base_ + head % capacity_, size};
}

std::span<const std::byte> BlockRing::prepared(std::size_t size) const {
    check(size <= prepared_, "a writer looks at no more than it prepared");
    return {base_ + record_->head.load(std::memory_order_relaxed) % capacity_, size};
}

void BlockRing::commit(std::size_t size) {
    check(size <= prepared_, "a writer publishes only what it prepared");
    prepared_ -= size;
    const StreamOffset head = record_->head.load(std::memory_order_relaxed);
    record_->head.store(head + size, std::memory_order_release);
}

std::span<const std::byte> BlockRing::read(StreamOffset offset, std::size_t size) const {
    const std::size_t at = offset % capacity_;
#ifdef RINGCAST_SPLIT_AT_WRAP
    size = std::min(size, capacity_ - at);
#endif
    return {base_ + at, size};
}

void BlockRing::check_invariants() const {
    const StreamOffset head = record_->head.load(std::memory_order_relaxed);
    const StreamOffset low = record_->low.load(std::memory_order_relaxed);
    check(low <= head, "the window has no negative size");
    check(low == confirmed_low_, "what is announced outside prepare() is confirmed");
    check(head + prepared_ - low <= capacity_, "window and reservation fit the ring");
}

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
// The newest bytes of one stream: one writer, any number of readers, no lock. The ring's extents
// are mapped twice, back to back, so that any span up to the capacity is contiguous. Pinned floors
// keep the writer from bytes that a worker is sending; ARCHITECTURE.md has the argument.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/block_pool.hpp"
#include "core/limits.hpp"
#include "core/result.hpp"
#include "core/stream_offset.hpp"

namespace ringcast::core {

/// What one worker writes about one ring; a cache line of its own.
struct alignas(64) WorkerLine {
    std::atomic<StreamOffset> floor;
    std::atomic<std::uint64_t> bytes_sent;
    std::atomic<std::uint64_t> skips;
};

/// The shared state of a ring, in the pool and outside the mirrored range.
struct RingRecord {
    alignas(64) std::atomic<StreamOffset> head;  ///< written by the writer only, as is `low`
    std::atomic<StreamOffset> low;               ///< announced low end: readers touch nothing below
    std::array<WorkerLine, kWorkersMax> workers;
};

class BlockRing {
  public:
    static constexpr StreamOffset kUnpinned = ~StreamOffset{0};

    BlockRing() = default;
    ~BlockRing();
    BlockRing(BlockRing&& other) noexcept;
    BlockRing& operator=(BlockRing&& other) noexcept;

    /// Maps the extents of `runs` (at least one) twice. `record` keeps its offsets: a fresh one is
    /// all zero. Errors: System, OutOfMemory.
    [[nodiscard]] static Result<BlockRing> map(BlockPool& pool, const ExtentRuns& runs,
                                               RingRecord& record);

    /// Makes every page resident, so that writing cannot fail later. Errors: OutOfMemory.
    [[nodiscard]] Result<void> populate();

    [[nodiscard]] explicit operator bool() const { return base_ != nullptr; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    /// Most bytes behind the head that prepare() can give.
    [[nodiscard]] std::size_t reserve_max() const { return ring_reserve_bytes(capacity_); }
    [[nodiscard]] StreamOffset head() const {
        return record_->head.load(std::memory_order_acquire);
    }
    [[nodiscard]] StreamOffset low() const { return record_->low.load(std::memory_order_seq_cst); }

    // The writer; one thread.

    /// The `size` bytes behind the head, for writing; what stood there in an earlier prepare()
    /// since the last commit still does. Empty when a worker has pinned bytes that they replace:
    /// try again on the next turn. Requires: size <= reserve_max().
    [[nodiscard]] std::span<std::byte> prepare(std::size_t size);

    /// The first `size` of the prepared bytes again, always in one piece. Requires: size <= the
    /// last prepare().
    [[nodiscard]] std::span<const std::byte> prepared(std::size_t size) const;

    /// Publishes the first `size` of the prepared bytes. Requires: size <= the last prepare().
    void commit(std::size_t size);

    /// Low end for which the last prepare() succeeded: no reader is or will come below it.
    [[nodiscard]] StreamOffset confirmed_low() const { return confirmed_low_; }

    // Readers; each worker with its own number below kWorkersMax.

    /// Announces that `worker` reads from `offset` on, and only then looks at the low end, which it
    /// returns. If it is above `offset`, the reader must move up and pin again before it reads.
    [[nodiscard]] StreamOffset pin(std::size_t worker, StreamOffset offset) {
        record_->workers[worker].floor.store(offset, std::memory_order_seq_cst);
        return record_->low.load(std::memory_order_seq_cst);
    }
    void unpin(std::size_t worker) {
        record_->workers[worker].floor.store(kUnpinned, std::memory_order_release);
    }

    /// At most `size` bytes from `offset` on. Requires: pinned at or below `offset`, and offset +
    /// size <= head. Shorter than `size` only in builds that split at the wrap (for
    /// ThreadSanitizer).
    [[nodiscard]] std::span<const std::byte> read(StreamOffset offset, std::size_t size) const;

    /// Aborts if the ring's own invariants are broken.
    void check_invariants() const;

    /// Brings a fresh record into its first state. `workers` lines are marked unpinned.
    static void reset(RingRecord& record);

  private:
    BlockRing(std::byte* base, std::size_t capacity, RingRecord& record)
        : base_(base), capacity_(capacity), record_(&record) {}
    [[nodiscard]] bool pinned_below(StreamOffset low) const;

    std::byte* base_ = nullptr;
    std::size_t capacity_ = 0;
    RingRecord* record_ = nullptr;
    std::size_t prepared_ = 0;        // writer only
    StreamOffset confirmed_low_ = 0;  // writer only
};

}  // namespace ringcast::core

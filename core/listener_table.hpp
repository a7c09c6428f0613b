// SPDX-License-Identifier: Apache-2.0
// The one table of listeners in the pool. Workers own it by chunks of kListenersPerChunk records,
// so that any number of workers can share it and a chunk can change hands between processes.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <span>
#include <vector>

#include "core/block_pool.hpp"
#include "core/listener_record.hpp"

namespace ringcast::core {

struct ListenerChunk {
    std::uint64_t used;                ///< one bit per record; written by the owner
    std::atomic<std::uint32_t> owner;  ///< worker + 1; 0: nobody
    std::uint32_t reserved;
};

/// Hands out chunks. Thread-safe.
class ListenerTable {
  public:
    explicit ListenerTable(BlockPool& pool);

    [[nodiscard]] std::span<ListenerRecord> records() { return records_; }
    [[nodiscard]] std::span<ListenerChunk> chunks() { return chunks_; }

    /// The lowest free chunk, now `worker`'s; kNone when all are taken.
    [[nodiscard]] std::uint32_t claim_chunk(std::uint32_t worker);
    /// Requires: no record of the chunk is in use. Its memory goes back to the system.
    void give_back_chunk(std::uint32_t chunk);

  private:
    BlockPool& pool_;
    std::span<ListenerRecord> records_;
    std::span<ListenerChunk> chunks_;
    std::mutex mutex_;  // guards chunk ownership and the hint
    std::uint32_t first_free_ = 0;
};

/// One worker's part of the table. Not thread-safe: the worker's own.
class ListenerPart {
  public:
    ListenerPart(ListenerTable& table, std::uint32_t worker) : table_(table), worker_(worker) {}
    ~ListenerPart();
    ListenerPart(const ListenerPart&) = delete;
    ListenerPart& operator=(const ListenerPart&) = delete;

    [[nodiscard]] ListenerRecord& operator[](std::uint32_t index) {
        return table_.records()[index];
    }
    [[nodiscard]] std::uint32_t size() const { return size_; }

    /// A record in state Free, all zero; kNone when the table is full.
    [[nodiscard]] std::uint32_t claim();
    void release(std::uint32_t index);

    /// Calls `visit(index)` for each record in use, in no particular order, from position `begin`
    /// of the part's records on until at least `count` places were looked at; returns where to go
    /// on, 0 after the last. Requires: `visit_record` releases no record.
    template <class Visit>
    std::size_t visit(std::size_t begin, std::size_t count, Visit visit_record) {
        std::size_t chunk = begin;
        for (std::size_t seen = 0; chunk < owned_.size() && seen < count; ++chunk) {
            std::uint64_t used = table_.chunks()[owned_[chunk]].used;
            seen += kListenersPerChunk;
            for (std::uint32_t bit = 0; used != 0; ++bit, used >>= 1U) {
                if ((used & 1U) != 0) {
                    visit_record(owned_[chunk] * static_cast<std::uint32_t>(kListenersPerChunk) +
                                 bit);
                }
            }
        }
        return chunk < owned_.size() ? chunk : 0;
    }

  private:
    ListenerTable& table_;
    std::uint32_t worker_;
    std::uint32_t size_ = 0;
    std::vector<std::uint32_t> owned_;  // chunks, sorted
};

}  // namespace ringcast::core

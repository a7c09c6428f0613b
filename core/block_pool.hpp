// SPDX-License-Identifier: Apache-2.0
// The one arena of shared memory: a memfd with all metadata in front and the extents that rings are
// made of behind. Nothing in it is a pointer, so any process that maps it can use it as it lies.
// Only what is in use is resident.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>

#include "core/limits.hpp"
#include "core/result.hpp"

namespace ringcast::core {

struct StationRecord;
struct ListenerRecord;
struct SourceRecord;

/// How many of everything a pool has room for.
struct PoolCapacity {
    std::uint32_t extent_bytes = kExtentBytesMin;  ///< a multiple of kExtentBytesMin
    std::uint32_t extents = 0;
    std::uint32_t stations = 0;
    std::uint32_t sources = 0;
    std::uint32_t listeners = 0;       ///< rounded up to whole chunks
    std::uint32_t identity_cells = 0;  ///< rounded up to whole groups
};

/// A stretch of neighbouring extents.
struct ExtentRun {
    std::uint32_t first;
    std::uint32_t count;
};

/// The extents of one ring, in the order of their bytes.
struct ExtentRuns {
    std::uint32_t size = 0;
    std::array<ExtentRun, kRingRunsMax> runs{};

    [[nodiscard]] std::span<const ExtentRun> span() const { return {runs.data(), size}; }
    [[nodiscard]] std::uint32_t extents() const;
};

/// Where each part of the pool begins, in bytes from its start; pages are not shared between parts.
struct PoolLayout {
    std::uint64_t extent_owners = 0;
    std::uint64_t stations = 0;
    std::uint64_t sources = 0;
    std::uint64_t listener_chunks = 0;
    std::uint64_t listeners = 0;
    std::uint64_t identity_groups = 0;
    std::uint64_t identity_cells = 0;
    std::uint64_t audio = 0;  ///< the first extent; everything before it is metadata
    std::uint64_t end = 0;
};

/// The first bytes of a pool: what another process checks before it believes the rest.
struct PoolHeader {
    static constexpr std::uint64_t kMagic = 0x54534143474e4952;  // "RINGCAST"
    static constexpr std::uint32_t kVersion = 1;

    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t header_bytes;
    PoolCapacity capacity;
    PoolLayout layout;
};

/// Thread-safe where said; one object per process, and it outlives every ring and table made from
/// it.
class BlockPool {
  public:
    /// Creates an empty pool, sealed against shrinking. Errors: System.
    [[nodiscard]] static Result<std::unique_ptr<BlockPool>> create(PoolCapacity capacity);
    ~BlockPool();
    BlockPool(const BlockPool&) = delete;
    BlockPool& operator=(const BlockPool&) = delete;

    [[nodiscard]] const PoolCapacity& capacity() const { return header().capacity; }
    [[nodiscard]] const PoolLayout& layout() const { return header().layout; }
    [[nodiscard]] int fd() const { return fd_; }

    /// Claims `count` extents for `owner` (not 0): one run where there is one, else as few as
    /// possible. Reserves address space and accounting only; populate() makes them resident. Any
    /// thread. Errors: PoolExhausted, which changes nothing.
    [[nodiscard]] Result<ExtentRuns> claim(std::uint32_t count, std::uint32_t owner);

    /// Gives extents back, and their memory to the system. Requires: claimed, and mapped by no
    /// ring. Any thread.
    void give_back(const ExtentRuns& runs);

    /// Returns the memory of extents that stay claimed to the system; their bytes become zero.
    void discard(const ExtentRuns& runs);

    [[nodiscard]] std::uint32_t free_extents() const;

    [[nodiscard]] std::span<StationRecord> stations();
    [[nodiscard]] std::span<SourceRecord> sources();
    [[nodiscard]] std::span<ListenerRecord> listeners();

    /// The metadata at `offset` bytes from the pool's start. Requires: within the metadata, aligned
    /// for T.
    template <class T>
    [[nodiscard]] T* at(std::uint64_t offset) {
        return reinterpret_cast<T*>(base_ + offset);  // plain structs at computed places
    }

    /// Gives whole pages of metadata, as page-aligned offsets, back to the system; they read as
    /// zero after.
    void discard_metadata(std::uint64_t begin, std::uint64_t end);

  private:
    BlockPool(int fd, std::byte* base, std::uint64_t mapped);
    [[nodiscard]] const PoolHeader& header() const {
        return *reinterpret_cast<const PoolHeader*>(base_);  // the pool begins with it
    }
    [[nodiscard]] std::span<std::uint32_t> owners();
    void punch(std::uint64_t begin, std::uint64_t bytes);

    int fd_;
    std::byte* base_;
    std::uint64_t mapped_;
    mutable std::mutex mutex_;  // guards the table of extent owners and the two fields below
    std::uint32_t free_ = 0;
};

}  // namespace ringcast::core

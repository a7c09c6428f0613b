// SPDX-License-Identifier: Apache-2.0
// Where a decoder can start, and at what playing time: the newest sync points of a station, thinned
// so that they cover the ring's whole window. One writer, any number of readers.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "core/limits.hpp"
#include "core/stream_offset.hpp"

namespace ringcast::core {

struct SyncPoint {
    StreamOffset offset = 0;
    MediaTime time = 0;
};

/// In the pool; a fresh one is all zero.
struct SyncRecord {
    struct Entry {
        std::atomic<StreamOffset> offset;
        std::atomic<MediaTime> time;
    };
    std::atomic<std::uint64_t> count;  ///< entries ever written
    std::array<Entry, kSyncPointsMax> entries;
};

class SyncIndex {
  public:
    SyncIndex() = default;
    /// `capacity`: the ring's bytes, which decides how far apart points are kept.
    SyncIndex(SyncRecord& record, std::size_t capacity);

    /// The writer: adds a point unless it is too near to the last one at or above `floor`.
    /// Requires: offsets never go back.
    void add(SyncPoint point, StreamOffset floor = 0);

    /// The oldest point at or above `low`; nothing when there is none. Any thread.
    [[nodiscard]] std::optional<SyncPoint> oldest(StreamOffset low) const;
    /// The newest point, if it is at or above `low`. Any thread.
    [[nodiscard]] std::optional<SyncPoint> newest(StreamOffset low) const;
    /// The newest point at or above `low` whose time is at most `time`, else the oldest one. Any
    /// thread.
    [[nodiscard]] std::optional<SyncPoint> newest_until(MediaTime time, StreamOffset low) const;

  private:
    /// The entry, unless it has been overwritten.
    [[nodiscard]] std::optional<SyncPoint> read(std::uint64_t number) const;
    template <class Pred>
    [[nodiscard]] std::uint64_t first_where(std::uint64_t begin, std::uint64_t end,
                                            Pred pred) const;
    /// Number of the first of `count` entries that is at or above `low`; `count` if there is none.
    [[nodiscard]] std::uint64_t first_from(StreamOffset low, std::uint64_t count) const;

    SyncRecord* record_ = nullptr;
    std::size_t spacing_ = 0;
};

}  // namespace ringcast::core

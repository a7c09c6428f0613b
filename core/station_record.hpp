// SPDX-License-Identifier: Apache-2.0
// All that describes a station and its ring, as it lies in the pool.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/block_pool.hpp"
#include "core/block_ring.hpp"
#include "core/header_chains.hpp"
#include "core/limits.hpp"
#include "core/listener_record.hpp"
#include "core/sync_index.hpp"
#include "core/title_timeline.hpp"

namespace ringcast::core {

/// Counters of a station that any thread may add to; rates of change are low (joins, leaves, source
/// steps).
struct StationCounters {
    std::atomic<std::uint32_t> listeners;
    std::atomic<std::uint32_t> listener_peak;
    std::atomic<std::uint64_t> listener_connections;
    std::atomic<std::uint64_t> slow_listeners;  ///< closed because they were too slow
    std::atomic<std::uint64_t> source_connections;
    std::atomic<std::uint64_t> bytes_read;  ///< from sources, body framing included
    std::atomic<std::uint64_t>
        titles_merged;  ///< titles that a newer one replaced before they could enter
};

/// Whole pages, so that a record's memory can go back to the system.
struct alignas(4096) StationRecord {
    std::atomic<std::uint32_t> used;  ///< 1: belongs to a station
    std::array<char, kMountBytesMax + 1> mount;
    std::uint64_t epoch;  ///< random; with an offset it names a byte everywhere
    ExtentRuns runs;
    StationCounters counters;
    std::atomic<MediaTime> media_time;  ///< playing time of everything published
    std::atomic<StreamOffset>
        join_floor;  ///< bytes below are of another content type: nobody joins there
    RingRecord ring;
    SyncRecord sync;
    TitleRecord titles;
    ChainRecord chains;
};

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
// Every fixed capacity of the core, in one place, with the relations that must hold between them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/framing/frame_scanner.hpp"

namespace ringcast::core {

/// Workers that can have a pinned floor in a ring.
constexpr std::size_t kWorkersMax = 64;

/// Extents are multiples of this.
constexpr std::size_t kExtentBytesMin = std::size_t{64} * 1024;
/// Areas of neighbouring extents that one ring may consist of; each costs two kernel mappings.
constexpr std::size_t kRingRunsMax = 16;
constexpr std::size_t kRingBytesMin = kExtentBytesMin;

/// The part of a ring that its writer may hold back from readers while it receives. A quarter, and
/// at least enough for the largest unit and one receive where the ring has room for that.
constexpr std::size_t ring_reserve_bytes(std::size_t capacity) {
    return capacity / 4;
}

/// Sync points kept per station; the spacing rule of SyncIndex keeps a full window within them.
constexpr std::size_t kSyncPointsMax = 1024;
/// Chains whose stream headers are kept, and the room for them.
constexpr std::size_t kChainsMax = 16;
constexpr std::size_t kStreamHeadersBytesMax = std::size_t{256} * 1024;
/// Titles kept per station; more than that within one window are merged.
constexpr std::size_t kTitlesMax = 32;
constexpr std::size_t kTitleBytesMax = 1024;
constexpr std::size_t kTitleUrlBytesMax = 255;

/// Longest text of a listener's or source's identity (agent, referer, target, user), each.
constexpr std::size_t kIdentityTextBytesMax = 255;
/// Listener records that are claimed and given back together by one worker.
constexpr std::size_t kListenersPerChunk = 64;

/// Segments of one send: 31 metadata blocks between 32 pieces of audio, and a prelude.
constexpr std::size_t kSegmentsMax = 64;

constexpr std::size_t kMountBytesMax = 255;

/// Smallest metaint; smaller ones break embedded players.
constexpr std::uint32_t kMetaintMin = 2048;

static_assert(kRingBytesMin % kExtentBytesMin == 0);
static_assert(framing::kUnitBytesMax <= kStreamHeadersBytesMax);

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
// The stream headers (Ogg header pages, FLAC metadata, WebM head) that a new listener needs before
// the audio at an offset: one blob per chain, kept as long as the window has bytes of that chain.
// One writer; readers look up offsets that they have pinned.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "core/limits.hpp"
#include "core/stream_offset.hpp"

namespace ringcast::core {

struct ChainEntry {
    std::atomic<StreamOffset> from;  ///< first byte of audio for which the headers hold
    std::uint32_t position;          ///< of the blob in the area
    std::uint32_t size;
};

/// In the pool; a fresh one is all zero. Blobs lie in the area like in a ring, each in one piece.
struct ChainRecord {
    std::atomic<std::uint32_t>
        count;  ///< chains ever entered; a chain's id is its place in that count, from 1
    std::array<ChainEntry, kChainsMax> entries;
    std::array<std::byte, kStreamHeadersBytesMax> area;
};

class HeaderChains {
  public:
    struct Chain {
        std::uint32_t id = 0;  ///< 0: no headers needed
        std::span<const std::byte> headers;
    };

    HeaderChains() = default;
    explicit HeaderChains(ChainRecord& record) : record_(&record) {}

    /// The writer: from byte `from` on `headers` hold (empty: none are needed). Returns false, and
    /// changes nothing, while there is no room because offsets at or above `low` still need older
    /// ones. Requires: no byte at or after `from` is published, `from` never goes back,
    /// headers.size() <= kStreamHeadersBytesMax.
    [[nodiscard]] bool enter(std::span<const std::byte> headers, StreamOffset from,
                             StreamOffset low);

    /// The chain that the byte at `offset` belongs to. Requires: pinned by the caller (or the
    /// caller is the writer).
    [[nodiscard]] Chain at(StreamOffset offset) const;

  private:
    [[nodiscard]] ChainEntry& entry(std::uint32_t id) const {
        return record_->entries[(id - 1) % kChainsMax];
    }
    /// Id of the oldest chain that an offset at or above `low` can belong to: the newest at least,
    /// to which what comes belongs. 0 when none was entered.
    [[nodiscard]] std::uint32_t oldest_needed(StreamOffset low) const;
    /// Where `size` bytes fit behind the newest blob without touching one from `oldest` on.
    [[nodiscard]] bool place(std::uint32_t size, std::uint32_t oldest,
                             std::uint32_t& position) const;

    ChainRecord* record_ = nullptr;
};

}  // namespace ringcast::core

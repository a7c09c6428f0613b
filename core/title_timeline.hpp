// SPDX-License-Identifier: Apache-2.0
// Which title belongs to which offset. Entries are kept as finished ICY blocks, so that a send can
// point at them. One writer; readers look up offsets that they have pinned.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "core/icy/metadata_block.hpp"
#include "core/limits.hpp"
#include "core/stream_offset.hpp"

namespace ringcast::core {

struct TitleEntry {
    std::atomic<StreamOffset> from;  ///< first byte that this title belongs to
    std::uint32_t block_bytes;
    std::array<std::byte, icy::kBlockBytesMax> block;
};

/// In the pool; a fresh one is all zero.
struct TitleRecord {
    std::atomic<std::uint32_t>
        count;  ///< titles ever entered; a title's number is its place in that count, from 1
    std::array<TitleEntry, kTitlesMax> entries;
};

class TitleTimeline {
  public:
    struct Title {
        std::uint32_t number = 0;  ///< 0: there is none yet
        std::span<const std::byte> block;
    };

    TitleTimeline() = default;
    explicit TitleTimeline(TitleRecord& record) : record_(&record) {}

    /// The writer: from byte `from` on the title is `title`. Returns false, and changes nothing,
    /// while all entries are still needed by offsets at or above `low`. Requires: no byte at or
    /// after `from` is published, and `from` never goes back.
    [[nodiscard]] bool enter(std::string_view title, std::string_view url, StreamOffset from,
                             StreamOffset low);

    /// The newest title at or before the byte at `offset`. Requires: `offset` is published and
    /// pinned by the caller (or the caller is the writer).
    [[nodiscard]] Title at(StreamOffset offset) const;

  private:
    [[nodiscard]] TitleEntry& entry(std::uint32_t number) const {
        return record_->entries[(number - 1) % kTitlesMax];
    }

    TitleRecord* record_ = nullptr;
};

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
// What the response body of a listener must be, computed byte by byte from a model that keeps the
// whole stream: audio, titles and stream headers.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/icy/metadata_block.hpp"
#include "core/stream_offset.hpp"

namespace ringcast::tests {

/// Titles (as finished blocks) or stream headers, with the offset from which they hold.
struct NaiveEntry {
    core::StreamOffset from;
    std::vector<std::byte> bytes;
};

inline std::vector<std::byte> naive_block(const std::string& title) {
    std::array<std::byte, core::icy::kBlockBytesMax> block{};
    const std::size_t size = core::icy::encode_block(title, "", block);
    return {block.begin(), block.begin() + static_cast<std::ptrdiff_t>(size)};
}

struct NaiveStream {
    std::vector<std::byte> audio;
    std::vector<NaiveEntry> titles;
    std::vector<NaiveEntry> chains;

    void set_title(const std::string& title, core::StreamOffset from) {
        if (!titles.empty() && titles.back().from == from) {
            titles.pop_back();
        }
        titles.push_back({from, naive_block(title)});
    }
    [[nodiscard]] std::size_t titles_from(core::StreamOffset low) const {
        return static_cast<std::size_t>(
            std::ranges::count_if(titles, [low](const NaiveEntry& e) { return e.from >= low; }));
    }
    /// Number (from 1) of the newest entry at or before `offset`; 0: none.
    static int newest(const std::vector<NaiveEntry>& entries, core::StreamOffset offset) {
        int number = static_cast<int>(entries.size());
        while (number > 0 && entries[static_cast<std::size_t>(number) - 1].from > offset) {
            --number;
        }
        return number;
    }
};

class NaiveListener {
  public:
    NaiveListener(std::uint32_t metaint, core::StreamOffset offset)
        : metaint_(metaint), offset_(offset), until_(metaint) {}

    /// Takes the next byte of the body and says whether it is right.
    bool take(std::byte byte, const NaiveStream& stream) {
        if (offset_ >= stream.audio.size()) {
            return block_at_ < block_.size() && take_of(block_, block_at_, byte);
        }
        if (!prelude_known_) {
            begin_prelude(stream);
        }
        // A block's title is the newest at or before the audio byte behind it.
        if (metaint_ != 0 && until_ == 0 && block_at_ == block_.size()) {
            begin_block(stream);
        }
        if (block_at_ < block_.size()) {
            return take_of(block_, block_at_, byte);
        }
        if (metaint_ != 0) {
            --until_;
        }
        if (prelude_at_ < prelude_.size()) {
            return byte == prelude_[prelude_at_++];
        }
        return byte == stream.audio[offset_++];
    }

    /// Not in the middle of headers, which are gone.
    [[nodiscard]] bool can_skip() const {
        return prelude_at_ == 0 || prelude_at_ == prelude_.size();
    }

    /// A block that was cut by the skip ends in zeros; headers that were not begun come again.
    void skip(core::StreamOffset offset) {
        offset_ = offset;
        if (block_at_ < block_.size() && block_.size() > 1) {
            std::fill(block_.begin() + static_cast<std::ptrdiff_t>(block_at_), block_.end(),
                      std::byte{0});
            shown_ = -1;
        }
        if (prelude_at_ < prelude_.size()) {
            chain_ = 0;
        }
        prelude_.clear();
        prelude_at_ = 0;
        prelude_known_ = false;
    }
    [[nodiscard]] core::StreamOffset offset() const { return offset_; }

  private:
    bool take_of(const std::vector<std::byte>& block, std::size_t& at, std::byte byte) {
        if (++at == block.size()) {
            until_ = metaint_;
        }
        return byte == block[at - 1];
    }
    void begin_prelude(const NaiveStream& stream) {
        prelude_known_ = true;
        int chain = NaiveStream::newest(stream.chains, offset_);
        if (chain > 0 && stream.chains[static_cast<std::size_t>(chain) - 1].bytes.empty()) {
            chain = 0;
        }
        if (chain != chain_ && chain != 0) {
            prelude_ = stream.chains[static_cast<std::size_t>(chain) - 1].bytes;
        }
        chain_ = chain;
    }
    void begin_block(const NaiveStream& stream) {
        const int newest = NaiveStream::newest(stream.titles, offset_);
        block_at_ = 0;
        if (newest == shown_) {
            block_.assign(1, std::byte{0});
            return;
        }
        shown_ = newest;
        block_ = newest > 0 ? stream.titles[static_cast<std::size_t>(newest) - 1].bytes
                            : naive_block("");
    }

    std::uint32_t metaint_;
    core::StreamOffset offset_;
    std::uint32_t until_;
    int shown_ = -1;
    std::vector<std::byte> block_;
    std::size_t block_at_ = 0;
    int chain_ = 0;
    bool prelude_known_ = false;
    std::vector<std::byte> prelude_;
    std::size_t prelude_at_ = 0;
};

}  // namespace ringcast::tests

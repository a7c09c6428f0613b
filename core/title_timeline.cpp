// SPDX-License-Identifier: Apache-2.0
#include "core/title_timeline.hpp"

namespace ringcast::core {

namespace {

/// What is shown until a source names a title: StreamTitle='';
std::span<const std::byte> untitled_block() {
    static const auto kBlock = [] {
        std::array<std::byte, icy::kBlockBytesMax> bytes{};
        (void)icy::encode_block("", "", bytes);
        return bytes;
    }();
    return {kBlock.data(), 1 + 16};
}

}  // namespace

bool TitleTimeline::enter(std::string_view title, std::string_view url, StreamOffset from,
                          StreamOffset low) {
    const std::uint32_t count = record_->count.load(std::memory_order_relaxed);
    std::uint32_t number = count + 1;
    if (count > 0 && entry(count).from.load(std::memory_order_relaxed) == from) {
        number = count;  // nobody has seen a byte of it: replace
    } else if (count >= kTitlesMax && entry(number - static_cast<std::uint32_t>(kTitlesMax) + 1)
                                              .from.load(std::memory_order_relaxed) > low) {
        return false;  // the oldest entry still belongs to bytes in the window
    }
    TitleEntry& place = entry(number);
    place.from.store(from, std::memory_order_relaxed);
    place.block_bytes = static_cast<std::uint32_t>(icy::encode_block(title, url, place.block));
    record_->count.store(number, std::memory_order_release);
    return true;
}

TitleTimeline::Title TitleTimeline::at(StreamOffset offset) const {
    const std::uint32_t count = record_->count.load(std::memory_order_acquire);
    const std::uint32_t oldest =
        count > kTitlesMax ? count - static_cast<std::uint32_t>(kTitlesMax) : 0;
    for (std::uint32_t number = count; number > oldest; --number) {
        const TitleEntry& place = entry(number);
        if (place.from.load(std::memory_order_relaxed) <= offset) {
            return {number, {place.block.data(), place.block_bytes}};
        }
    }
    return {0, untitled_block()};
}

}  // namespace ringcast::core

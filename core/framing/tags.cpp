// SPDX-License-Identifier: Apache-2.0
#include "core/framing/tags.hpp"

#include <algorithm>
#include <string_view>

namespace ringcast::core::framing {

namespace {

/// The largest size that an ID3v2 tag can name; APE tags that name more are not believed.
constexpr std::uint64_t kTagBytesMax = std::uint64_t{1} << 28;

std::uint32_t at(std::span<const std::byte> bytes, std::size_t i) {
    return std::to_integer<std::uint32_t>(bytes[i]);
}

Match begins_with(std::span<const std::byte> bytes, std::string_view text) {
    const std::size_t shown = std::min(bytes.size(), text.size());
    for (std::size_t i = 0; i < shown; ++i) {
        if (at(bytes, i) != static_cast<unsigned char>(text[i])) {
            return Match::No;
        }
    }
    return shown < text.size() ? Match::Undecided : Match::Yes;
}

TagMatch id3v2_at(std::span<const std::byte> bytes) {
    constexpr std::size_t kHeaderBytes = 10;
    constexpr std::uint32_t kFooterFlag = 0x10;
    const Match text = begins_with(bytes, "ID3");
    if (text == Match::No) {
        return {};
    }
    if (text == Match::Undecided || bytes.size() < kHeaderBytes) {
        return {.match = Match::Undecided};
    }
    std::uint64_t size = 0;
    for (std::size_t i = 6; i < kHeaderBytes; ++i) {
        if (at(bytes, i) >= 0x80) {
            return {};
        }
        size = size << 7 | at(bytes, i);
    }
    const std::uint32_t version = at(bytes, 3);
    if (version == 0xFF || at(bytes, 4) == 0xFF) {
        return {};
    }
    const bool footer = version >= 4 && (at(bytes, 5) & kFooterFlag) != 0;
    return {.match = Match::Yes, .bytes = size + kHeaderBytes * (footer ? 2 : 1)};
}

TagMatch ape_at(std::span<const std::byte> bytes) {
    constexpr std::size_t kHeaderBytes = 32;
    constexpr std::size_t kDecidedBytes = 24;
    constexpr std::uint32_t kThisIsTheHeader = 0x20;  // bit 29 of the flags
    const Match text = begins_with(bytes, "APETAGEX");
    if (text == Match::No) {
        return {};
    }
    if (text == Match::Undecided || bytes.size() < kDecidedBytes) {
        return {.match = Match::Undecided};
    }
    const std::uint64_t size =
        at(bytes, 12) | at(bytes, 13) << 8 | at(bytes, 14) << 16 | at(bytes, 15) << 24;
    if (size > kTagBytesMax || (at(bytes, 23) & kThisIsTheHeader) == 0) {
        return {};
    }
    return {.match = Match::Yes, .bytes = size + kHeaderBytes};
}

}  // namespace

TagMatch tag_at(std::span<const std::byte> bytes) {
    const TagMatch id3 = id3v2_at(bytes);
    return id3.match == Match::No ? ape_at(bytes) : id3;
}

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
// The metadata block of the ICY protocol: one length byte L, then 16 * L bytes of text padded with
// zeros. Text: StreamTitle='...';StreamUrl='...'; without any escaping.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/limits.hpp"

namespace ringcast::core::icy {

/// Longest block that is ever encoded, length byte included.
constexpr std::size_t kBlockBytesMax =
    1 +
    (kTitleBytesMax + kTitleUrlBytesMax + sizeof("StreamTitle='';StreamUrl='';") + 15) / 16 * 16;
/// Longest block that a source can send.
constexpr std::size_t kSourceBlockBytesMax = 1 + 255 * 16;

static_assert(kBlockBytesMax <= kSourceBlockBytesMax);

/// Writes the block for a title and URL and returns its size, at least 17. The bytes of the texts
/// go out as they are (the caller has chosen the charset), but for what would end them early: CR,
/// LF and NUL become blanks, quotes before a `;` or at the end are dropped. Longer texts are cut at
/// kTitleBytesMax and kTitleUrlBytesMax.
std::size_t encode_block(std::string_view title, std::string_view url,
                         std::array<std::byte, kBlockBytesMax>& block);

struct StreamText {
    std::string title;
    std::string url;
    bool has_title = false;  ///< a StreamTitle was there, be it empty
};

/// Reads the text of a block (without its length byte). Tolerates missing ends, unknown keys, zeros
/// anywhere.
[[nodiscard]] StreamText decode_text(std::span<const std::byte> text);

}  // namespace ringcast::core::icy

// SPDX-License-Identifier: Apache-2.0
// Tags that stand before and between audio frames and say their own length: ID3v2 (id3.org, ID3v2.4
// structure, section 3) and APE tags with a header (APEv2). They may hold anything, also bytes that
// look like frames, so they are stepped over by length. ID3v1, APEv1 and Lyrics3 tags are short
// text that no scanner takes for frames; they need no case of their own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ringcast::core::framing {

/// Whether something begins at a place of which too little may be shown to tell.
enum class Match : std::uint8_t { No, Undecided, Yes };

struct TagMatch {
    Match match = Match::No;
    std::uint64_t bytes = 0;  ///< length of the whole tag, when Yes; at most 256 MiB and a header
};

/// Whether tag_at() is worth asking where `first` stands.
constexpr bool may_begin_tag(std::byte first) {
    return first == std::byte{'I'} || first == std::byte{'A'};
}

/// The tag that begins at the first of `bytes`; decided by at most 24 bytes.
[[nodiscard]] TagMatch tag_at(std::span<const std::byte> bytes);

}  // namespace ringcast::core::framing

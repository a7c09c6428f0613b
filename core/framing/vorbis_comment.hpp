// SPDX-License-Identifier: Apache-2.0
// The title in a Vorbis comment block, as Ogg Vorbis, Opus and FLAC streams carry it (Xiph.Org,
// "Ogg Vorbis I format specification: comment field and header specification").
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>

namespace ringcast::core::framing {

/// Longest title that title_from_vorbis_comment() returns, in bytes; longer ones are cut between
/// two characters.
constexpr std::size_t kTitleBytesMax = 1024;

/// "artist - title", or the title alone where no artist is named; UTF-8 without control characters.
/// `block` begins at the vendor string's length, behind any packet signature ("\x03vorbis",
/// "OpusTags") or FLAC block header. The first ARTIST and the first TITLE count, in any letter
/// case; fields that are not valid UTF-8 are passed over. A block that is cut short gives what
/// stands whole in it. Nothing when there is no title. Reads each byte of `block` at most twice.
[[nodiscard]] std::optional<std::string> title_from_vorbis_comment(
    std::span<const std::byte> block);

}  // namespace ringcast::core::framing

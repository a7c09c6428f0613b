// SPDX-License-Identifier: Apache-2.0
// Text from peers: UTF-8 or Latin-1, told apart, made UTF-8, freed of what would break a header
// line or an in-band ICY block. WIRE notes sections 5 and 7.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringcast::server::http {

enum class Charset : std::uint8_t { Utf8, Latin1 };

/// Longest title and title URL, in bytes: together they fit one ICY block (4080).
constexpr std::size_t kTitleBytesMax = 1024;

/// "UTF-8", "utf8", "ISO-8859-1", "ISO8859-1", "latin1" in any letter case; nothing for others.
[[nodiscard]] std::optional<Charset> parse_charset(std::string_view name);

/// Strict (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

[[nodiscard]] std::string latin1_to_utf8(std::string_view text);

/// What Latin-1 lacks becomes '?'. Requires: valid UTF-8.
[[nodiscard]] std::string utf8_to_latin1(std::string_view text);

/// `bytes` as UTF-8. Without a charset, and for bytes that are not the UTF-8 they are said to be:
/// valid UTF-8 is taken as such, all else as Latin-1.
[[nodiscard]] std::string to_utf8(std::string_view bytes, std::optional<Charset> charset);

/// The longest prefix of at most `bytes_max` bytes that cuts no character. Requires: valid UTF-8.
[[nodiscard]] std::string_view cut_utf8(std::string_view text, std::size_t bytes_max);

/// One line of clean text: UTF-8 as to_utf8() finds it, control characters (C0, DEL, C1) as blanks,
/// no blanks at the ends, at most `bytes_max` bytes.
[[nodiscard]] std::string clean_text(std::string_view bytes, std::optional<Charset> charset,
                                     std::size_t bytes_max);

/// clean_text() that is also safe inside StreamTitle='...'; the `;` of a `';` becomes ','.
[[nodiscard]] std::string sanitize_title(std::string_view bytes, std::optional<Charset> charset);

}  // namespace ringcast::server::http

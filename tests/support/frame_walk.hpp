// SPDX-License-Identifier: Apache-2.0
// Where a listener may join a stream, found by code that shares nothing with the server's scanners:
// ISO 11172-3 (MP3), ISO 13818-7 (ADTS), RFC 3533 (Ogg), RFC 9639 (FLAC), RFC 8794 (EBML).
// Just enough for the media that the tests make.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace ringcast::tests::support {

enum class Codec : std::uint8_t { Mp3, Aac, Ogg, Flac, WebM };

struct Walk {
    std::size_t header_bytes = 0;    ///< stream headers that every listener gets first; MP3, AAC: 0
    std::vector<std::size_t> joins;  ///< offsets where a decoder that has the headers can start
    std::size_t whole = 0;           ///< end of the last whole frame or page
};

/// `stream` as its source sent it, from its first byte (an ID3v2 tag may come first).
[[nodiscard]] Walk walk(Codec codec, std::string_view stream);

}  // namespace ringcast::tests::support

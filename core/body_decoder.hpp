// SPDX-License-Identifier: Apache-2.0
// Takes the framing out of a source's body: chunked transfer coding (RFC 9112 section 7.1), a
// Content-Length's end, and in-band ICY metadata. What is left is the audio, contiguous behind the
// ring's head. The raw bytes of a step stay as they are, so that a new process can decode them
// again.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/icy/metadata_block.hpp"
#include "core/result.hpp"

namespace ringcast::core {

enum class BodyFraming : std::uint8_t {
    UntilClose,  ///< neither length nor coding: encoders' usual way
    Length,      ///< `remaining` bytes, then the body has ended
    Chunked,
};

enum class ChunkPhase : std::uint8_t {
    Size,       ///< reading a chunk-size line
    Extension,  ///< rest of that line
    SizeLf,     ///< CR seen, LF must come
    Data,
    DataCr,  ///< CR LF behind the data
    DataLf,
    Trailer,  ///< at the beginning of a trailer line
    TrailerLine,
    TrailerLf,  ///< the LF that ends the body
    Done,
};

/// Plain data: lies in the source's record, so that a new process can go on with it.
struct BodyState {
    BodyFraming framing = BodyFraming::UntilClose;
    ChunkPhase phase = ChunkPhase::Size;
    bool ended = false;            ///< the framing says that no body byte follows
    std::uint8_t digits = 0;       ///< of the chunk size so far
    std::uint16_t line_bytes = 0;  ///< of the extension or trailer line so far
    std::uint16_t trailer_lines = 0;
    std::uint64_t remaining = 0;   ///< of the length or the chunk
    std::uint32_t metaint = 0;     ///< the source's own; 0: no in-band metadata
    std::uint32_t until_meta = 0;  ///< audio bytes before its next block
    std::uint32_t audio = 0;       ///< finished bytes behind the head
    std::uint32_t block_size = 0;  ///< bytes that there are of an unfinished metadata block
    std::array<std::byte, icy::kSourceBlockBytesMax> block{};  ///< its length byte included
};

/// Where the next raw bytes are received, in bytes behind the head.
struct RawPlace {
    std::size_t begin = 0;
    std::size_t size_max = 0;
};

/// The place of a step's raw bytes when up to `reserve` bytes behind the head can be prepared: a
/// function of the recorded state alone, so that a new process finds there what the one before it
/// received. A body with framing is received behind a gap as large as the step at most, which its
/// audio fills without reaching the raw bytes; one without is received where its audio stands.
/// Requires: state.audio <= reserve.
[[nodiscard]] RawPlace raw_place(const BodyState& state, std::size_t reserve);

/// The text of a metadata block that a source sent.
struct InBandTitle {
    std::array<std::byte, icy::kSourceBlockBytesMax> block;
    std::size_t size = 0;
    std::uint32_t at = 0;  ///< audio bytes behind the head before which it stood

    [[nodiscard]] std::span<const std::byte> text() const { return {block.data(), size}; }
};

/// Stateless but for the state it is given; deterministic.
class BodyDecoder {
  public:
    static BodyState begin(BodyFraming framing, std::uint64_t length, std::uint32_t metaint);

    /// Appends the audio of `raw` to the `state.audio` bytes at the beginning of `region`, which
    /// begins at the ring's head. Bytes after the body's end are ignored. A metadata block that
    /// ended that is not empty leaves its text in `title` (the newest, if several); returns true
    /// then. Requires: `raw` stands in `region` from its raw_place() on. Errors: MalformedBody.
    [[nodiscard]] static Result<bool> decode(BodyState& state, std::span<std::byte> region,
                                             std::span<const std::byte> raw, InBandTitle& title);
};

}  // namespace ringcast::core

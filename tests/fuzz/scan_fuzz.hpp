// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets of the frame scanners share. The fuzzer's input is a script: raw bytes, and
// where to put well-formed pieces, which it would hardly find by itself (FLAC has checksums).
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>

#include "tests/support/audio_builder.hpp"

namespace ringcast::tests {

/// Makes a well-formed piece of a stream: a frame, a header, a tag.
using MakePiece = Bytes (*)(std::mt19937& random);

/// The stream that `script` describes.
Bytes stream_of_script(std::span<const std::uint8_t> script, MakePiece make_piece);

/// Aborts when a scanner for `content_type` breaks its contract on `stream`, or finds other units
/// when the stream is shown in other pieces.
void check_scanner(std::string_view content_type, const Bytes& stream);

}  // namespace ringcast::tests

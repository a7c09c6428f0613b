// SPDX-License-Identifier: Apache-2.0
// The frame scanner for Ogg (RFC 3533): each page with a right checksum is a unit. Follows chained
// and multiplexed streams; knows Vorbis, Opus, FLAC and Speex, and the headers of Theora.
#pragma once

#include <memory>

#include "core/framing/frame_scanner.hpp"

namespace ringcast::core::framing {

/// Pages up to the end of all header packets of a chain are Header units; one that also holds the
/// first data is among them, so that no listener lacks a header. Pages after that are Frames, sync
/// where a page of the chain's audio stream begins with a new packet. Pages of streams whose
/// beginning was not seen are Junk, for nothing can decode them.
[[nodiscard]] std::unique_ptr<FrameScanner> make_ogg_scanner();

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
// The frame scanner for WebM and Matroska (RFC 9559), as live muxers send them: unknown sizes,
// several segments in a row.
#pragma once

#include <memory>

#include "core/framing/frame_scanner.hpp"

namespace ringcast::core::framing {

/// What stands before the first cluster are Header units; a chain begins at each EBML header. A
/// cluster's head, up to its timestamp, is a Frame and the only sync point in it; each block and
/// each other element follows as a Frame. Elements longer than kUnitBytesMax come in pieces; before
/// the first cluster they are Junk, which a new listener does without, but for Tracks. Clusters
/// without Tracks before them are Junk, as is everything from broken EBML to the next cluster.
/// A block's duration is the time since the block of its track before it.
[[nodiscard]] std::unique_ptr<FrameScanner> make_webm_scanner();

}  // namespace ringcast::core::framing

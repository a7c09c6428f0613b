// SPDX-License-Identifier: Apache-2.0
// Drives a frame scanner the way a source does, checks the scanner's contract on the way, and
// gives the units it found. Used by unit tests and fuzz targets: a breach of contract aborts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <vector>

#include "core/framing/frame_scanner.hpp"

namespace ringcast::tests {

struct FoundUnit {
    core::framing::ScanUnit::Kind kind;
    bool sync;
    bool chain_start;
    std::size_t offset;
    std::size_t bytes;
    std::uint64_t duration_us;

    bool operator==(const FoundUnit&) const = default;
};

/// How many more bytes the scanner is shown next; at least 1.
using NextChunk = std::function<std::size_t()>;

/// The units of `stream`, shown in the pieces that `next_chunk` says; adjacent Junk is one unit.
std::vector<FoundUnit> scan_in_chunks(core::framing::FrameScanner& scanner,
                                      std::span<const std::byte> stream,
                                      const NextChunk& next_chunk);

/// All of `stream` shown at once.
std::vector<FoundUnit> scan_whole(core::framing::FrameScanner& scanner,
                                  std::span<const std::byte> stream);

/// Chunk sizes from 1 to about 8,000 bytes, small and large ones mixed.
NextChunk random_chunks(std::mt19937& random);

/// Only the units of one kind.
std::vector<FoundUnit> only(core::framing::ScanUnit::Kind kind,
                            const std::vector<FoundUnit>& units);

}  // namespace ringcast::tests

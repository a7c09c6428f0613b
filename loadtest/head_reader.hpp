// SPDX-License-Identifier: Apache-2.0
// Verifies heads of frames: writes the frame that a head claims to begin, and compares. Thousands
// of listeners get the same frames at about the same time, so it remembers the heads that were
// right: for most, the checksum of an Ogg page is computed once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

/// A head of which every bit is right, and what must follow it.
struct FrameHead {
    FrameIdentity identity;
    bool stream_header = false;
    std::span<const std::byte> body;  ///< stays valid for ever
};

/// One for each thread.
class HeadReader {
  public:
    HeadReader();

    /// Nothing if any bit of the head, or the page checksum in it, is not as the format would have
    /// written it. Requires: `bytes` has the format's traits().head_bytes.
    [[nodiscard]] std::optional<FrameHead> read(const FrameFormat& format,
                                                std::span<const std::byte> bytes);

  private:
    struct Known {
        std::array<std::byte, kFrameHeadBytesMax> bytes{};
        FrameHead head;
    };

    std::vector<Known> known_;  // by what the frame is
    std::array<std::byte, kFrameBytesMax> frame_{};
};

}  // namespace ringcast::loadtest

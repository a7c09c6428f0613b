// SPDX-License-Identifier: Apache-2.0
// MPEG-1 layer III frames (ISO/IEC 11172-3, 44.1 kHz stereo, constant bitrate): frame header, side
// information that is all zero, so that the frame has no main data, then the payload.
#pragma once

#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

class Mp3Frames final : public FrameFormat {
  public:
    Mp3Frames();

    std::size_t write(const FrameIdentity& identity, std::uint32_t kbps,
                      FrameRoom out) const override;
    std::optional<FrameClaim> claim(std::span<const std::byte> head) const override;
    std::span<const std::byte> body(const FrameIdentity& identity,
                                    std::uint32_t kbps) const override;
};

}  // namespace ringcast::loadtest

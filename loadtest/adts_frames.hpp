// SPDX-License-Identifier: Apache-2.0
// AAC-LC in ADTS frames (ISO/IEC 14496-3 1.A.3.2, 44.1 kHz stereo). A raw data block holds a pair
// of channels without any spectrum, then data stream elements (4.4.2.5), which decoders skip, then
// ends.
#pragma once

#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

class AdtsFrames final : public FrameFormat {
  public:
    AdtsFrames();

    std::size_t write(const FrameIdentity& identity, std::uint32_t kbps,
                      FrameRoom out) const override;
    std::optional<FrameClaim> claim(std::span<const std::byte> head) const override;
    std::span<const std::byte> body(const FrameIdentity& identity,
                                    std::uint32_t kbps) const override;
};

}  // namespace ringcast::loadtest

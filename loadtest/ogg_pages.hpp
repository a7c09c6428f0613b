// SPDX-License-Identifier: Apache-2.0
// Opus in Ogg pages (RFC 3533, 7845, 6716), 48 kHz stereo. A page of 120 ms holds one packet of six
// frames without sound, and padding, which decoders skip. The two header pages are the stream
// header.
#pragma once

#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

class OggPages final : public FrameFormat {
  public:
    OggPages();

    std::size_t write(const FrameIdentity& identity, std::uint32_t kbps,
                      FrameRoom out) const override;
    std::size_t write_stream_header(const FrameIdentity& identity, FrameRoom out) const override;
    std::optional<FrameClaim> claim(std::span<const std::byte> head) const override;
    std::span<const std::byte> body(const FrameIdentity& identity,
                                    std::uint32_t kbps) const override;
};

}  // namespace ringcast::loadtest

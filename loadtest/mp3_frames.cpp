// SPDX-License-Identifier: Apache-2.0
#include "loadtest/mp3_frames.hpp"

#include <algorithm>
#include <cstring>

#include "core/check.hpp"
#include "loadtest/frame_payload.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::size_t kSideInfoAt = 4;
constexpr std::size_t kIdentityAt = kSideInfoAt + 32;
constexpr std::size_t kHeadBytes = kIdentityAt + kIdentityBytes;

// 1152 samples at 44.1 kHz hold kbps * 160 / 49 bytes.
std::size_t frame_bytes(std::uint32_t kbps, std::uint64_t sequence) {
    return even_share(std::uint64_t{kbps} * 160, 49, sequence);
}

}  // namespace

Mp3Frames::Mp3Frames()
    : FrameFormat({.name = "mp3",
                   .content_type = "audio/mpeg",
                   .marker = std::byte{0xFF},
                   .head_bytes = kHeadBytes,
                   .samples = 1'152,
                   .sample_rate = 44'100,
                   .stream_header = false,
                   .icy = true}) {
}

std::size_t Mp3Frames::write(const FrameIdentity& identity, std::uint32_t kbps,
                             FrameRoom out) const {
    core::check(valid_bitrate(kbps), "the bitrate is one of MPEG-1 layer III");
    // Index 0 of the header stands for "free format" (2.4.2.3).
    const auto index =
        static_cast<unsigned>(std::ranges::find(kBitrates, kbps) - kBitrates.begin()) + 1;
    const std::size_t bytes = frame_bytes(kbps, identity.sequence);
    const unsigned padding = bytes > std::uint64_t{kbps} * 160 / 49 ? 1 : 0;
    out[0] = traits().marker;
    out[1] = std::byte{0xFB};  // sync, MPEG-1, layer III, no CRC
    out[2] = static_cast<std::byte>((index << 4U) | (padding << 1U));  // 44.1 kHz
    out[3] = std::byte{0x04};  // stereo, original, no emphasis
    std::memset(out.data() + kSideInfoAt, 0, kIdentityAt - kSideInfoAt);
    const auto words = identity_bytes(identity, kbps, TopBit::Clear);
    std::memcpy(out.data() + kIdentityAt, words.data(), words.size());
    std::ranges::copy(body(identity, kbps), out.data() + kHeadBytes);
    return bytes;
}

std::optional<FrameClaim> Mp3Frames::claim(std::span<const std::byte> head) const {
    const auto index = std::to_integer<std::size_t>(head[2]) >> 4U;
    if (index == 0 || index > kBitrates.size()) {
        return std::nullopt;
    }
    const std::uint32_t kbps = kBitrates[index - 1];
    const auto identity =
        read_identity(head.subspan<kIdentityAt, kIdentityBytes>(), kbps, TopBit::Clear);
    return identity ? std::optional(FrameClaim{*identity, kbps, false}) : std::nullopt;
}

std::span<const std::byte> Mp3Frames::body(const FrameIdentity& identity,
                                           std::uint32_t kbps) const {
    return payload(identity, kbps, frame_bytes(kbps, identity.sequence) - kHeadBytes);
}

}  // namespace ringcast::loadtest

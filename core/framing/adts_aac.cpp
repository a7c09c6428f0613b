// SPDX-License-Identifier: Apache-2.0
#include "core/framing/adts_aac.hpp"

#include <array>
#include <cstdint>

namespace ringcast::core::framing {

namespace {

constexpr std::array<std::uint32_t, 13> kSampleRates{
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350};
constexpr std::uint32_t kSamplesPerBlock = 1024;
constexpr std::uint32_t kChecksumBytes = 2;

/// MPEG-2 or 4, object type, sample rate and channels, in the header's first four bytes.
constexpr std::uint32_t kStreamKeyMask = 0xFFFEFDC0;

}  // namespace

std::optional<ChainedFrame> parse_adts_header(std::span<const std::byte> bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < kAdtsHeaderBytes; ++i) {
        word = word << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    }
    const auto first = static_cast<std::uint32_t>(word >> 24);
    if (first >> 20 != 0xFFF || (first >> 17 & 3) != 0) {
        return std::nullopt;
    }
    const bool checksum = (first >> 16 & 1) == 0;
    const std::uint32_t rate_index = first >> 10 & 15;
    const std::uint32_t channels = first >> 6 & 7;
    const auto length = static_cast<std::uint32_t>(word >> 13 & 0x1FFF);
    const std::uint32_t blocks = (word & 3U) + 1U;
    if (rate_index >= kSampleRates.size() ||
        length < kAdtsHeaderBytes + (checksum ? kChecksumBytes : 0)) {
        return std::nullopt;
    }
    return ChainedFrame{.bytes = length,
                        .samples = kSamplesPerBlock * blocks,
                        .sample_rate = kSampleRates[rate_index],
                        .channels = channels == 7 ? 8U : channels,  // 0: said in the frame itself
                        .bitrate = 0,
                        .stream_key = first & kStreamKeyMask,
                        .codec = "AAC"};
}

std::unique_ptr<FrameScanner> make_adts_scanner() {
    return std::make_unique<FrameChainScanner>(
        ChainedSyntax{.parse = parse_adts_header, .header_bytes = kAdtsHeaderBytes});
}

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
#include "core/framing/mp3.hpp"

#include <array>
#include <cstdint>

namespace ringcast::core::framing {

namespace {

/// Bitrates in kbit/s by the header's index; 0: free format or forbidden.
using Bitrates = std::array<std::uint16_t, 16>;
constexpr Bitrates kMpeg1Layer1{0,   32,  64,  96,  128, 160, 192, 224,
                                256, 288, 320, 352, 384, 416, 448, 0};
constexpr Bitrates kMpeg1Layer2{0,   32,  48,  56,  64,  80,  96,  112,
                                128, 160, 192, 224, 256, 320, 384, 0};
constexpr Bitrates kMpeg1Layer3{0,   32,  40,  48,  56,  64,  80,  96,
                                112, 128, 160, 192, 224, 256, 320, 0};
constexpr Bitrates kMpeg2Layer1{0,   32,  48,  56,  64,  80,  96,  112,
                                128, 144, 160, 176, 192, 224, 256, 0};
constexpr Bitrates kMpeg2Layer2And3{0,  8,  16, 24,  32,  40,  48,  56,
                                    64, 80, 96, 112, 128, 144, 160, 0};

/// MPEG-1's sample rates by the header's index; MPEG-2 has half of them, MPEG-2.5 a quarter.
constexpr std::array<std::uint16_t, 4> kSampleRates{44100, 48000, 32000, 0};

/// Sync, version, layer and sample rate: what stays the same within a stream.
constexpr std::uint32_t kStreamKeyMask = 0xFFFE0C00;

struct Layer {
    const Bitrates* mpeg1;
    const Bitrates* mpeg2;
    std::uint16_t samples_mpeg1;
    std::uint16_t samples_mpeg2;
    std::uint32_t slot_bytes;
    std::string_view codec;
};

/// By the header's two layer bits; none for the first.
constexpr std::array<Layer, 4> kLayers{{
    {nullptr, nullptr, 0, 0, 0, ""},
    {&kMpeg1Layer3, &kMpeg2Layer2And3, 1152, 576, 1, "MP3"},
    {&kMpeg1Layer2, &kMpeg2Layer2And3, 1152, 1152, 1, "MP2"},
    {&kMpeg1Layer1, &kMpeg2Layer1, 384, 384, 4, "MP1"},
}};

}  // namespace

std::optional<ChainedFrame> parse_mp3_header(std::span<const std::byte> bytes) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < kMp3HeaderBytes; ++i) {
        word = word << 8 | std::to_integer<std::uint32_t>(bytes[i]);
    }
    const std::uint32_t version = word >> 19 & 3;  // 0: 2.5, 1: none, 2: 2, 3: 1
    const Layer& layer = kLayers[word >> 17 & 3];
    if (word >> 21 != 0x7FF || version == 1 || layer.mpeg1 == nullptr) {
        return std::nullopt;
    }
    const bool mpeg1 = version == 3;
    const std::uint32_t bitrate = 1000U * (*(mpeg1 ? layer.mpeg1 : layer.mpeg2))[word >> 12 & 15];
    const std::uint32_t mpeg1_rate = kSampleRates[word >> 10 & 3];
    if (bitrate == 0 || mpeg1_rate == 0) {
        return std::nullopt;
    }
    const std::uint32_t rate = mpeg1_rate >> (mpeg1 ? 0U : version == 2 ? 1U : 2U);
    const std::uint32_t samples = mpeg1 ? layer.samples_mpeg1 : layer.samples_mpeg2;
    const std::uint32_t padding = word >> 9 & 1;
    const std::uint32_t slots = samples / 8 / layer.slot_bytes * bitrate / rate + padding;
    return ChainedFrame{.bytes = slots * layer.slot_bytes,
                        .samples = samples,
                        .sample_rate = rate,
                        .channels = (word >> 6 & 3) == 3 ? 1U : 2U,
                        .bitrate = bitrate,
                        .stream_key = word & kStreamKeyMask,
                        .codec = layer.codec};
}

std::unique_ptr<FrameScanner> make_mp3_scanner() {
    return std::make_unique<FrameChainScanner>(
        ChainedSyntax{.parse = parse_mp3_header, .header_bytes = kMp3HeaderBytes});
}

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
#include "core/framing/flac_headers.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "core/framing/crc.hpp"

namespace ringcast::core::framing {

namespace {

std::uint32_t at(std::span<const std::byte> bytes, std::size_t i) {
    return std::to_integer<std::uint32_t>(bytes[i]);
}

/// The big-endian number in `count` bytes from `i` on.
std::uint32_t number_at(std::span<const std::byte> bytes, std::size_t i, std::size_t count) {
    std::uint32_t number = 0;
    for (std::size_t k = 0; k < count; ++k) {
        number = number << 8 | at(bytes, i + k);
    }
    return number;
}

/// Sample rates by the header's code (section 9.1.2); 0: from STREAMINFO, or said behind.
constexpr std::array<std::uint32_t, 16> kSampleRates{
    0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000, 0, 0, 0, 0};

/// Bytes of the frame's or sample's number, coded like UTF-8 (section 9.1.5), by its first byte;
/// 0: none begins so.
std::size_t coded_number_bytes(std::uint32_t first) {
    const auto ones = static_cast<std::size_t>(std::countl_one(static_cast<std::uint8_t>(first)));
    return ones == 0 ? 1 : ones == 1 || ones == 8 ? 0 : ones;
}

/// Bytes behind the coded number that say the block size (section 9.1.6).
std::size_t block_size_bytes(std::uint32_t code) {
    return code == 6 ? 1 : code == 7 ? 2 : 0;
}

/// Bytes behind those that say the sample rate (section 9.1.7).
std::size_t sample_rate_bytes(std::uint32_t code) {
    return code == 12 ? 1 : code == 13 || code == 14 ? 2 : 0;
}

std::uint32_t block_size(std::uint32_t code, std::uint32_t behind) {
    if (code == 6 || code == 7) {
        return behind + 1;
    }
    return code == 1 ? 192 : code < 6 ? 144U << code : 1U << code;
}

std::uint32_t sample_rate(std::uint32_t code, std::uint32_t behind) {
    return code == 12 ? behind * 1000 : code == 14 ? behind * 10 : kSampleRates[code] + behind;
}

/// Whether the first four bytes of a frame header are as they may be (sections 9.1 to 9.1.4).
bool codes_are_allowed(std::span<const std::byte> bytes) {
    const std::uint32_t block_size_code = at(bytes, 2) >> 4;
    const std::uint32_t sample_rate_code = at(bytes, 2) & 15;
    const std::uint32_t channel_code = at(bytes, 3) >> 4;
    const std::uint32_t bit_depth_code = at(bytes, 3) >> 1 & 7;
    const bool reserved_bit = (at(bytes, 3) & 1) != 0;
    return block_size_code != 0 && sample_rate_code != 15 && channel_code < 11 &&
           bit_depth_code != 3 && !reserved_bit;
}

}  // namespace

Match flac_stream_at(std::span<const std::byte> bytes) {
    constexpr std::array<std::uint32_t, 8> kStart{'f', 'L', 'a', 'C', 0, 0, 0, 34};
    constexpr std::uint32_t kLastBlockFlag = 0x80;
    const std::size_t shown = std::min(bytes.size(), kStart.size());
    for (std::size_t i = 0; i < shown; ++i) {
        if ((at(bytes, i) & (i == 4 ? ~kLastBlockFlag : ~0U)) != kStart[i]) {
            return Match::No;
        }
    }
    return shown < kStart.size() ? Match::Undecided : Match::Yes;
}

FlacStreamInfo flac_stream_info(std::span<const std::byte> bytes) {
    const std::uint32_t rate_and_channels = number_at(bytes, 18, 3);
    return {.sample_rate = rate_and_channels >> 4, .channels = (rate_and_channels >> 1 & 7) + 1};
}

FlacFrameHeader flac_frame_header_at(std::span<const std::byte> bytes) {
    constexpr std::size_t kFixedBytes = 4;
    if (!bytes.empty() && at(bytes, 0) != 0xFF) {
        return {};
    }
    if (bytes.size() >= 2 && (at(bytes, 1) & 0xFE) != 0xF8) {
        return {};
    }
    if (bytes.size() <= kFixedBytes) {
        return {.match = Match::Undecided};
    }
    const std::size_t coded_bytes = coded_number_bytes(at(bytes, kFixedBytes));
    if (!codes_are_allowed(bytes) || coded_bytes == 0) {
        return {};
    }
    const std::uint32_t size_code = at(bytes, 2) >> 4;
    const std::uint32_t rate_code = at(bytes, 2) & 15;
    const std::size_t size_at = kFixedBytes + coded_bytes;
    const std::size_t rate_at = size_at + block_size_bytes(size_code);
    const std::size_t crc_at = rate_at + sample_rate_bytes(rate_code);
    if (bytes.size() <= crc_at) {
        return {.match = Match::Undecided};
    }
    for (std::size_t i = kFixedBytes + 1; i < size_at; ++i) {
        if ((at(bytes, i) & 0xC0) != 0x80) {
            return {};
        }
    }
    if (crc8(bytes.first(crc_at + 1)) != 0) {
        return {};
    }
    const std::uint32_t channel_code = at(bytes, 3) >> 4;
    return {.match = Match::Yes,
            .bytes = static_cast<std::uint32_t>(crc_at + 1),
            .samples = block_size(size_code, number_at(bytes, size_at, rate_at - size_at)),
            .sample_rate = sample_rate(rate_code, number_at(bytes, rate_at, crc_at - rate_at)),
            .channels = channel_code < 8 ? channel_code + 1 : 2};
}

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/synthetic_frames.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/check.hpp"
#include "loadtest/mix.hpp"

namespace ringcast::loadtest {

namespace {

static_assert(std::endian::native == std::endian::little, "identity words are little-endian");

constexpr std::size_t kSideInfoAt = 4;
constexpr std::size_t kIdentityAt = kSideInfoAt + 32;

// By bitrate index (ISO/IEC 11172-3 2.4.2.3); 0 stands for "free format", index 15 is forbidden.
constexpr std::array<std::uint32_t, 15> kBitrates{0,   32,  40,  48,  56,  64,  80, 96,
                                                  112, 128, 160, 192, 224, 256, 320};

constexpr std::size_t kBodyStarts = std::size_t{64} * 1024;

using BodyTable = std::array<std::byte, kBodyStarts + kFrameBytesMax>;

BodyTable make_body_table() {
    BodyTable table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = static_cast<std::byte>(mix(i) % 0xFF);  // 0x00..0xFE
    }
    return table;
}

const BodyTable kBodyTable = make_body_table();

/// Spreads 56 bits over 8 bytes, 7 to each.
constexpr std::uint64_t spread(std::uint64_t word) {
    word = (word & 0x000000000FFFFFFF) | ((word & 0x00FFFFFFF0000000) << 4);
    word = (word & 0x00003FFF00003FFF) | ((word & 0x0FFFC0000FFFC000) << 2);
    return (word & 0x007F007F007F007F) | ((word & 0x3F803F803F803F80) << 1);
}

/// Undoes spread(); the top bit of each byte must be clear.
constexpr std::uint64_t gather(std::uint64_t word) {
    word = (word & 0x007F007F007F007F) | ((word & 0x7F007F007F007F00) >> 1);
    word = (word & 0x00003FFF00003FFF) | ((word & 0x3FFF00003FFF0000) >> 2);
    return (word & 0x000000000FFFFFFF) | ((word & 0x0FFFFFFF00000000) >> 4);
}

static_assert(gather(spread(0x00123456789ABCDE)) == 0x00123456789ABCDE);
static_assert((spread(kSequenceMax) & 0x8080808080808080) == 0);

std::uint32_t checksum(const FrameIdentity& identity, std::uint32_t kbps) {
    std::uint64_t sum = mix(identity.station ^ (std::uint64_t{kbps} << 32));
    sum = mix(sum ^ identity.sequence);
    sum = mix(sum ^ identity.session);
    sum = mix(sum ^ static_cast<std::uint64_t>(identity.sent_us));
    return static_cast<std::uint32_t>(sum);
}

// A frame of 1152 samples at 44.1 kHz holds kbps * 160 / 49 bytes on average.
bool padded(std::uint32_t kbps, std::uint64_t sequence) {
    const std::uint64_t rest = kbps * 160 % 49;
    const std::uint64_t phase = sequence % 49;
    return (phase + 1) * rest / 49 > phase * rest / 49;
}

std::array<std::byte, 4> frame_header(std::size_t bitrate_index, bool padding) {
    return {std::byte{0xFF}, std::byte{0xFB},  // sync, MPEG-1, layer III, no CRC
            static_cast<std::byte>((bitrate_index << 4U) | (padding ? 2U : 0U)),  // 44.1 kHz
            std::byte{0x04}};  // stereo, original, no emphasis
}

}  // namespace

bool valid_bitrate(std::uint32_t kbps) {
    return kbps != 0 && std::find(kBitrates.begin(), kBitrates.end(), kbps) != kBitrates.end();
}

std::size_t frame_bytes(std::uint32_t kbps, std::uint64_t sequence) {
    return kbps * 160 / 49 + (padded(kbps, sequence) ? 1 : 0);
}

std::int64_t frame_due_us(std::uint64_t sequence) {
    return static_cast<std::int64_t>(sequence * 11'520'000 / 441);  // 1152 / 44100 s
}

std::uint64_t frame_at(std::int64_t time_us) {
    auto sequence = static_cast<std::uint64_t>(time_us) * 441 / 11'520'000;
    while (frame_due_us(sequence) < time_us) {
        ++sequence;
    }
    return sequence;
}

std::size_t write_frame(const FrameIdentity& identity, std::uint32_t kbps,
                        std::span<std::byte, kFrameBytesMax> out) {
    core::check(valid_bitrate(kbps), "the bitrate is one of MPEG-1 layer III");
    const auto index = static_cast<std::size_t>(
        std::find(kBitrates.begin(), kBitrates.end(), kbps) - kBitrates.begin());
    const auto header = frame_header(index, padded(kbps, identity.sequence));
    const std::array<std::uint64_t, 4> words{
        spread(identity.sequence), spread(identity.session),
        spread(static_cast<std::uint64_t>(identity.sent_us)),
        spread((std::uint64_t{identity.station} << 32) | checksum(identity, kbps))};
    std::memcpy(out.data(), header.data(), header.size());
    std::memset(out.data() + kSideInfoAt, 0, kIdentityAt - kSideInfoAt);
    std::memcpy(out.data() + kIdentityAt, words.data(), sizeof(words));
    const FrameHead head{identity, kbps, frame_bytes(kbps, identity.sequence)};
    const auto body = frame_body(head);
    std::memcpy(out.data() + kFrameHeadBytes, body.data(), body.size());
    return head.frame_bytes;
}

std::optional<FrameHead> read_frame_head(std::span<const std::byte, kFrameHeadBytes> bytes) {
    const auto index = std::to_integer<std::size_t>(bytes[2]) >> 4U;
    if (index == 0 || index >= kBitrates.size()) {
        return std::nullopt;
    }
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), bytes.data() + kIdentityAt, sizeof(words));
    if (((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080) != 0) {
        return std::nullopt;
    }
    FrameHead head;
    head.kbps = kBitrates[index];
    head.identity.sequence = gather(words[0]);
    head.identity.session = gather(words[1]);
    head.identity.sent_us = static_cast<std::int64_t>(gather(words[2]));
    head.identity.station = static_cast<std::uint32_t>(gather(words[3]) >> 32U);
    head.frame_bytes = frame_bytes(head.kbps, head.identity.sequence);
    const auto header = frame_header(index, padded(head.kbps, head.identity.sequence));
    constexpr std::array<std::byte, kIdentityAt - kSideInfoAt> kSilence{};
    if (static_cast<std::uint32_t>(gather(words[3])) != checksum(head.identity, head.kbps) ||
        std::memcmp(bytes.data(), header.data(), header.size()) != 0 ||
        std::memcmp(bytes.data() + kSideInfoAt, kSilence.data(), kSilence.size()) != 0) {
        return std::nullopt;
    }
    return head;
}

std::span<const std::byte> frame_body(const FrameHead& head) {
    const std::uint64_t station = (std::uint64_t{head.kbps} << 32) | head.identity.station;
    const std::size_t start = mix(mix(station) ^ head.identity.sequence) % kBodyStarts;
    return std::span(kBodyTable).subspan(start, head.frame_bytes - kFrameHeadBytes);
}

}  // namespace ringcast::loadtest

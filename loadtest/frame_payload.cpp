// SPDX-License-Identifier: Apache-2.0
#include "loadtest/frame_payload.hpp"

#include <bit>
#include <cstring>

#include "core/check.hpp"
#include "loadtest/mix.hpp"

namespace ringcast::loadtest {

namespace {

static_assert(std::endian::native == std::endian::little, "identity words are little-endian");

constexpr std::uint64_t kTopBits = 0x8080808080808080;
constexpr std::size_t kPayloadStarts = std::size_t{64} * 1024;

using PayloadTable = std::array<std::byte, kPayloadStarts + kFrameBytesMax>;

PayloadTable make_payload_table() {
    PayloadTable table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
        table[i] = payload_byte(i);
    }
    return table;
}

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
static_assert((spread(kSequenceMax) & kTopBits) == 0);

constexpr std::uint64_t top_bits(TopBit top) {
    return top == TopBit::Set ? kTopBits : 0;
}

std::uint32_t checksum(const FrameIdentity& identity, std::uint32_t kbps) {
    std::uint64_t sum = mix(identity.station ^ (std::uint64_t{kbps} << 32));
    sum = mix(sum ^ identity.sequence);
    sum = mix(sum ^ identity.session);
    sum = mix(sum ^ static_cast<std::uint64_t>(identity.sent_us));
    return static_cast<std::uint32_t>(sum);
}

}  // namespace

std::array<std::byte, kIdentityBytes> identity_bytes(const FrameIdentity& identity,
                                                     std::uint32_t kbps, TopBit top) {
    const std::uint64_t bits = top_bits(top);
    const std::array<std::uint64_t, 4> words{
        bits | spread(identity.sequence), bits | spread(identity.session),
        bits | spread(static_cast<std::uint64_t>(identity.sent_us)),
        bits | spread((std::uint64_t{identity.station} << 32) | checksum(identity, kbps))};
    return std::bit_cast<std::array<std::byte, kIdentityBytes>>(words);
}

std::optional<FrameIdentity> read_identity(std::span<const std::byte, kIdentityBytes> bytes,
                                           std::uint32_t kbps, TopBit top) {
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), bytes.data(), bytes.size());
    for (std::uint64_t& word : words) {
        word ^= top_bits(top);
    }
    if (((words[0] | words[1] | words[2] | words[3]) & kTopBits) != 0) {
        return std::nullopt;
    }
    FrameIdentity identity;
    identity.sequence = gather(words[0]);
    identity.session = gather(words[1]);
    identity.sent_us = static_cast<std::int64_t>(gather(words[2]));
    identity.station = static_cast<std::uint32_t>(gather(words[3]) >> 32U);
    if (static_cast<std::uint32_t>(gather(words[3])) != checksum(identity, kbps)) {
        return std::nullopt;
    }
    return identity;
}

std::uint64_t body_choice(const FrameIdentity& identity, std::uint32_t kbps) {
    return mix(mix((std::uint64_t{kbps} << 32) | identity.station) ^ identity.sequence);
}

std::byte payload_byte(std::uint64_t i) {
    constexpr std::uint64_t kOggMarker = 'O';
    const std::uint64_t value = mix(i) % 0xFE;
    return static_cast<std::byte>(value < kOggMarker ? value : value + 1);
}

std::span<const std::byte> payload(const FrameIdentity& identity, std::uint32_t kbps,
                                   std::size_t size) {
    static const PayloadTable kTable = make_payload_table();
    core::check(size <= kFrameBytesMax, "no frame holds more");
    return std::span(kTable).subspan(body_choice(identity, kbps) % kPayloadStarts, size);
}

}  // namespace ringcast::loadtest

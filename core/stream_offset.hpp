// SPDX-License-Identifier: Apache-2.0
// Positions in a stream.
#pragma once

#include <cstdint>

namespace ringcast::core {

/// Bytes since the station's epoch began. Never goes back, never wraps in practice (2^64 bytes at 1
/// Gbit/s are 4,600 years). Byte `o` lives at `o % capacity` of the station's ring.
using StreamOffset = std::uint64_t;

/// The offset of a listener that waits for the first sync point: above every head.
constexpr StreamOffset kNotJoined = ~StreamOffset{0};

/// Playing time since the epoch began, in microseconds; the counterpart of an offset for bursts in
/// seconds.
using MediaTime = std::uint64_t;

}  // namespace ringcast::core

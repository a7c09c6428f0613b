// SPDX-License-Identifier: Apache-2.0
// The one hash of the load generator: the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
#pragma once

#include <cstdint>

namespace ringcast::loadtest {

/// Every bit of the result depends on every bit of `value`; different values give different
/// results.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value) {
    value += 0x9E3779B97F4A7C15;
    value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27U)) * 0x94D049BB133111EB;
    return value ^ (value >> 31U);
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// How often a listener is sent to and how much the kernel may hold for it; pure arithmetic.
#pragma once

#include <cstdint>

namespace ringcast::server::listen {

/// Shortest interval that follows from a lead, and that of a listener that has something to catch
/// up.
constexpr std::uint32_t kRetryMs = 100;

/// The delivery interval: `delivery_ms` where the station asks for one (not 0), else a quarter of
/// what the player has in its buffer, from kRetryMs to `delivery_max_ms`.
[[nodiscard]] std::uint32_t interval_ms(std::uint32_t delivery_ms, std::uint64_t lead_us,
                                        std::uint32_t delivery_max_ms);

/// `ms` in steps of the wheel, at least one.
[[nodiscard]] std::uint32_t ticks(std::uint32_t ms, std::uint32_t phase_ms);

/// What is known of a listener's stream when it joins.
struct StreamRate {
    std::uint64_t lead_us = 0;
    std::uint64_t burst_bytes = 0;  ///< of those `lead_us`
    std::uint64_t bitrate = 0;      ///< bit/s, for a listener without lead; 0: unknown
};

/// Bytes for SO_SNDBUF: two deliveries or the whole burst, within bounds, so that a slow listener
/// cannot hide behind a megabyte of kernel memory.
[[nodiscard]] int send_buffer_bytes(const StreamRate& rate, std::uint32_t interval);

}  // namespace ringcast::server::listen

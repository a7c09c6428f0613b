// SPDX-License-Identifier: Apache-2.0
#include "server/listen/delivery.hpp"

#include <algorithm>

namespace ringcast::server::listen {

namespace {

constexpr std::uint64_t kSendBufferMin = std::uint64_t{64} * 1024;
constexpr std::uint64_t kSendBufferMax = std::uint64_t{1024} * 1024;

}  // namespace

std::uint32_t interval_ms(std::uint32_t delivery_ms, std::uint64_t lead_us,
                          std::uint32_t delivery_max_ms) {
    if (delivery_ms != 0) {
        return delivery_ms;
    }
    const std::uint64_t quarter_ms = lead_us / 4 / 1000;
    return static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(quarter_ms, kRetryMs, std::max(kRetryMs, delivery_max_ms)));
}

std::uint32_t ticks(std::uint32_t ms, std::uint32_t phase_ms) {
    return std::max(1U, (ms + phase_ms / 2) / phase_ms);
}

int send_buffer_bytes(const StreamRate& rate, std::uint32_t interval) {
    const std::uint64_t bytes_per_s =
        rate.lead_us > 0 ? rate.burst_bytes * 1'000'000 / rate.lead_us : rate.bitrate / 8;
    const std::uint64_t delivery = bytes_per_s * interval / 1000;
    return static_cast<int>(
        std::clamp(std::max(2 * delivery, rate.burst_bytes), kSendBufferMin, kSendBufferMax));
}

}  // namespace ringcast::server::listen

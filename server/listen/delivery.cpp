// SPDX-License-Identifier: Apache-2.0
#include "server/listen/delivery.hpp"

#include <algorithm>

namespace ringcast::server::listen {

namespace {

constexpr std::uint64_t kKernelBytesMin = std::uint64_t{64} * 1024;
constexpr std::uint64_t kKernelBytesMax = std::uint64_t{1024} * 1024;

/// Steps that a worker may be late without being short of time.
constexpr std::int64_t kLateSteps = 2;

}  // namespace

std::uint32_t ticks(std::uint32_t ms, std::uint32_t phase_ms) {
    return std::max(1U, (ms + phase_ms / 2) / phase_ms);
}

std::uint32_t ticks_max(const FanoutOptions& options) {
    return ticks(std::max(options.delivery_max_ms, kRetryMs), options.phase_ms);
}

std::uint32_t interval_ticks(const stations::StationSettings& settings, const Lead& lead,
                             const FanoutOptions& options) {
    std::uint32_t ms = settings.delivery_ms;
    if (ms == 0) {
        ms = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
            lead.us / 4 / 1000, kRetryMs, std::max(kRetryMs, options.delivery_max_ms)));
    }
    return std::min(ticks(ms, options.phase_ms), ticks_max(options));
}

int kernel_bytes(const Lead& lead, std::uint32_t interval, const FanoutOptions& options) {
    const std::uint64_t bytes_per_s =
        lead.us > 0 ? lead.bytes * 1'000'000 / lead.us : lead.bits_per_s / 8;
    const std::uint64_t delivery = bytes_per_s * interval * options.phase_ms / 1000;
    return static_cast<int>(
        std::clamp(std::max(2 * delivery, lead.bytes), kKernelBytesMin, kKernelBytesMax));
}

void Governor::step(std::int64_t late_us, std::int64_t step_us) {
    if (late_us > kLateSteps * step_us) {
        factor_ = std::min(kFactorMax, factor_ + std::max(1U, factor_ / 8));
    } else {
        factor_ = std::max(kUnit, factor_ - std::max(1U, factor_ / kUnit));
    }
}

std::uint32_t Governor::stretch(std::uint32_t interval, std::uint32_t longest) const {
    const std::uint64_t stretched = std::uint64_t{interval} * factor_ / kUnit;
    return static_cast<std::uint32_t>(
        std::max<std::uint64_t>(interval, std::min<std::uint64_t>(stretched, longest)));
}

}  // namespace ringcast::server::listen

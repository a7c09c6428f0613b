// SPDX-License-Identifier: Apache-2.0
#include "server/listen/delivery.hpp"

#include <algorithm>

namespace ringcast::server::listen {

namespace {

constexpr std::uint64_t kKernelBytesMin = std::uint64_t{64} * 1024;
constexpr std::uint64_t kKernelBytesMax = std::uint64_t{1024} * 1024;

// The governor looks at the passes of each second.
constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kBusyPercent = 80;
constexpr std::int64_t kCalmPercent = 50;
constexpr std::uint32_t kCalmSeconds = 3;

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

int kernel_bytes(const Lead& lead, std::uint32_t ticks, const FanoutOptions& options) {
    const std::uint64_t bytes_per_s =
        lead.us > 0 ? lead.bytes * 1'000'000 / lead.us : lead.bits_per_s / 8;
    const std::uint64_t delivery = bytes_per_s * ticks * options.phase_ms / 1000;
    return static_cast<int>(
        std::clamp(std::max(2 * delivery, lead.bytes), kKernelBytesMin, kKernelBytesMax));
}

bool Governor::passed(std::int64_t begun_us, std::int64_t ended_us) {
    busy_us_ += ended_us - begun_us;
    const std::int64_t elapsed_us = ended_us - second_began_us_;
    if (elapsed_us < kSecondUs) {
        return false;
    }
    const std::int64_t percent = busy_us_ * 100 / elapsed_us;
    second_began_us_ = ended_us;
    busy_us_ = 0;
    const std::uint32_t before = factor_;
    calm_seconds_ = percent < kCalmPercent ? calm_seconds_ + 1 : 0;
    if (percent > kBusyPercent) {
        factor_ = std::min(kFactorMax, factor_ * 2);
    } else if (calm_seconds_ >= kCalmSeconds) {
        factor_ = std::max(1U, factor_ / 2);
        calm_seconds_ = 0;
    }
    return factor_ != before;
}

}  // namespace ringcast::server::listen

// SPDX-License-Identifier: Apache-2.0
// How often a listener is sent to, and how much the kernel may hold for it: sums without a socket.
#pragma once

#include <algorithm>
#include <cstdint>

#include "server/stations/station_entry.hpp"

namespace ringcast::server::listen {

struct FanoutOptions {
    std::uint32_t phase_ms = 25;           ///< step of the wheel
    std::uint32_t delivery_max_ms = 1000;  ///< longest interval between two sends to a listener
    std::uint32_t stall_timeout_s = 30;    ///< without progress; 0: off
    std::uint32_t skips_max = 20;          ///< within kSkipWindowS; 0: off
};

/// Skips are counted over this time.
constexpr std::uint32_t kSkipWindowS = 60;
/// Shortest interval, and that of a listener that has something to catch up.
constexpr std::uint32_t kRetryMs = 100;

/// What a listener was given when it joined.
struct Lead {
    std::uint64_t us = 0;          ///< playing time between its place and the head
    std::uint64_t bytes = 0;       ///< the same in bytes
    std::uint32_t bits_per_s = 0;  ///< of the stream, as its headers say it; 0: unknown
};

/// `ms` in steps of the wheel, at least one.
[[nodiscard]] std::uint32_t ticks(std::uint32_t ms, std::uint32_t phase_ms);

/// Steps of the longest interval that a fan-out with these options uses.
[[nodiscard]] std::uint32_t ticks_max(const FanoutOptions& options);

/// Steps between two sends: what the station asks for, else a quarter of what the player has in its
/// buffer, from kRetryMs to delivery_max.
[[nodiscard]] std::uint32_t interval_ticks(const stations::StationSettings& settings,
                                           const Lead& lead, const FanoutOptions& options);

/// What the kernel may hold for a listener: two of the longest deliveries that it can get, or the
/// whole burst, within bounds, as a slow listener must not hide behind a megabyte of kernel memory.
[[nodiscard]] int kernel_bytes(const Lead& lead, std::uint32_t ticks, const FanoutOptions& options);

/// Stretches the intervals of a worker that cannot keep up: fewer and larger sends carry the same
/// audio. Doubles them after a second of which more than 80 % went into passes, and halves them
/// after three in a row of which less than 50 % did: a send costs more than its bytes, so halving
/// the sends does not halve the work, and the two do not chase each other.
class Governor {
  public:
    /// A pass took from `begun_us` to `ended_us`, of the steady clock. True when the intervals are
    /// others from now on.
    bool passed(std::int64_t begun_us, std::int64_t ended_us);

    /// The interval to use for one of `interval`, at most `longest` steps.
    [[nodiscard]] std::uint32_t stretch(std::uint32_t interval, std::uint32_t longest) const {
        return std::max(interval, std::min(interval * factor_, longest));
    }

    /// By how much intervals are multiplied.
    [[nodiscard]] std::uint32_t factor() const { return factor_; }

  private:
    static constexpr std::uint32_t kFactorMax = 64;
    std::uint32_t factor_ = 1;
    std::uint32_t calm_seconds_ = 0;
    std::int64_t second_began_us_ = 0;
    std::int64_t busy_us_ = 0;
};

}  // namespace ringcast::server::listen

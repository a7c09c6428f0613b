// SPDX-License-Identifier: Apache-2.0
// The one place of the server that reads clocks. Everything else is handed the time, so that tests
// can hand it theirs.
#pragma once

#include <chrono>
#include <cstdint>

namespace ringcast::server::runtime {

/// Microseconds on a clock that never goes back and survives nothing: for deadlines and intervals
/// within one boot of the machine. Any thread; about 20 ns.
[[nodiscard]] inline std::int64_t steady_microseconds() noexcept {
    using std::chrono::microseconds;
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<microseconds>(now).count();
}

/// The same clock in milliseconds.
[[nodiscard]] inline std::int64_t steady_milliseconds() noexcept {
    return steady_microseconds() / 1000;
}

/// Microseconds since 1970-01-01 UTC: for logs and what people read; it may jump. Any thread.
[[nodiscard]] inline std::int64_t wall_microseconds() noexcept {
    using std::chrono::microseconds;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<microseconds>(now).count();
}

/// Seconds since 1970-01-01 UTC.
[[nodiscard]] inline std::int64_t wall_seconds() noexcept {
    return wall_microseconds() / 1'000'000;
}

}  // namespace ringcast::server::runtime

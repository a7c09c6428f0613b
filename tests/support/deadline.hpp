// SPDX-License-Identifier: Apache-2.0
// How long a test waits for the world: always bounded, never a fixed sleep.
#pragma once

#include <chrono>
#include <thread>

namespace ringcast::tests::support {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// What every wait for a peer gets unless the test says otherwise.
constexpr milliseconds kPatience{8000};

/// Milliseconds until `deadline`, 0 when it has passed: a timeout for poll().
[[nodiscard]] inline int poll_timeout(Clock::time_point deadline) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
}

/// Asks `condition` until it is true; false when it never was within `patience`.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition, milliseconds patience = kPatience) {
    const auto deadline = Clock::now() + patience;
    while (!condition()) {
        if (Clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(milliseconds{20});
    }
    return true;
}

}  // namespace ringcast::tests::support

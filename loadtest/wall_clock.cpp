// SPDX-License-Identifier: Apache-2.0
#include "loadtest/wall_clock.hpp"

#include <chrono>

namespace ringcast::loadtest {

std::int64_t wall_now_us() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

}  // namespace ringcast::loadtest

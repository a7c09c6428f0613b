// SPDX-License-Identifier: Apache-2.0
// Assertions for our own bugs: always on, also in release builds. What a peer, a disk or a config
// can cause is an error value (result.hpp), never a check.
#pragma once

#include <source_location>

namespace ringcast::core {

/// Prints what was violated and where to standard error, then aborts.
[[noreturn]] void check_failed(const char* what, std::source_location where);

/// Aborts when `condition` is false. `what` says what must hold.
constexpr void check(bool condition, const char* what,
                     std::source_location where = std::source_location::current()) {
    if (!condition) [[unlikely]] {
        check_failed(what, where);
    }
}

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
// Assertions for our own bugs: always on, also in release builds. What a peer, a disk or a config
// can cause is an error value (result.hpp), never a check.
#pragma once

namespace ringcast::core {

/// Prints what was violated and where to standard error, then aborts.
[[noreturn]] void check_failed(const char* what, const char* file, int line, const char* function);

/// Aborts when `condition` is false. `what` says what must hold. Callers pass no more than these
/// two: the rest is their place. (GCC 12's std::source_location is empty under clang 14, which
/// builds the fuzz targets and reads the code for clang-tidy.)
constexpr void check(bool condition, const char* what, const char* file = __builtin_FILE(),
                     int line = __builtin_LINE(), const char* function = __builtin_FUNCTION()) {
    if (!condition) [[unlikely]] {
        check_failed(what, file, line, function);
    }
}

}  // namespace ringcast::core

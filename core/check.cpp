// SPDX-License-Identifier: Apache-2.0
#include "core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace ringcast::core {

void check_failed(const char* what, const char* file, int line, const char* function) {
    std::fprintf(stderr, "ringcast: check failed: %s (%s:%d, %s)\n", what, file, line, function);
    std::abort();
}

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
#include "core/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace ringcast::core {

void check_failed(const char* what, std::source_location where) {
    std::fprintf(stderr, "ringcast: check failed: %s (%s:%u, %s)\n", what, where.file_name(),
                 static_cast<unsigned>(where.line()), where.function_name());
    std::abort();
}

}  // namespace ringcast::core

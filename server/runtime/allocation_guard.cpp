// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/allocation_guard.hpp"

namespace ringcast::server::runtime {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): see the header
constinit thread_local int no_allocation_depth = 0;

}  // namespace ringcast::server::runtime

extern "C" int ringcast_no_allocation_depth() noexcept {
    return ringcast::server::runtime::no_allocation_depth;
}

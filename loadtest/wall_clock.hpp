// SPDX-License-Identifier: Apache-2.0
// The one place where the load generator reads the time. Send times travel inside the frames, so it
// is the wall clock: sources and listeners may be different processes or (with synchronised clocks)
// different machines.
#pragma once

#include <cstdint>

namespace ringcast::loadtest {

/// Microseconds since 1970-01-01 UTC. Any thread.
[[nodiscard]] std::int64_t wall_now_us();

}  // namespace ringcast::loadtest

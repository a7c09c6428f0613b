// SPDX-License-Identifier: Apache-2.0
// A few listeners that only look at the clock: how often a server really sends to each of its
// listeners.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/support/wire_client.hpp"

namespace ringcast::tests::bench {

/// Listens from the constructor to the destructor; its buffers fill up between calls of watch().
class IntervalProbe {
  public:
    /// Throws support::WireError when the server does not take it.
    IntervalProbe(std::uint16_t port, std::uint32_t metaint);

    /// Reads for so long (it takes the place of a sleep), and returns the median time between two
    /// deliveries to a listener; 0 when there were none.
    std::chrono::microseconds watch(std::chrono::milliseconds time);

    /// The number of its connections: as many are among the server's.
    static constexpr std::size_t kListeners = 8;

  private:
    std::vector<support::WireClient> listeners_;
};

}  // namespace ringcast::tests::bench

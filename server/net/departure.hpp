// SPDX-License-Identifier: Apache-2.0
// The access-log line of a connection that ended, from what its record says.
#pragma once

#include <array>
#include <cstdint>

#include "core/identity_store.hpp"
#include "server/runtime/submitter.hpp"

namespace ringcast::server::net {

struct Departure {
    const core::Identity& identity;
    const std::array<std::uint8_t, 16>& address;
    std::int64_t joined_ms = 0;  ///< wall clock, milliseconds since 1970
    std::uint16_t status = 200;
    std::uint64_t bytes = 0;
};

/// Queues the line; false when the queue is full and nothing was done. Any thread.
[[nodiscard]] bool log_departure(runtime::Submitter& submitter, const Departure& departure);

/// The same for who cannot wait: a full queue sheds the line, counts it, and says so in the log.
void log_or_shed(runtime::Submitter& submitter, const Departure& departure);

}  // namespace ringcast::server::net

// SPDX-License-Identifier: Apache-2.0
// What must stand beside every measurement: on which machine it was made.
#pragma once

#include <cstdint>
#include <string>

namespace ringcast::loadtest {

/// Empty or 0 where the system does not say.
struct MachineFacts {
    std::string kernel;              ///< system, release and architecture
    std::string processor;           ///< model name
    unsigned cores = 0;              ///< that this process may use
    std::uint64_t memory_bytes = 0;  ///< of the machine
    std::string congestion_control;  ///< TCP's default
    std::string date;                ///< when the facts were taken, RFC 3339, UTC
};

[[nodiscard]] MachineFacts machine_facts();

}  // namespace ringcast::loadtest

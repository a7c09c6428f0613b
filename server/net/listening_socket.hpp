// SPDX-License-Identifier: Apache-2.0
// Listening sockets: one per worker and port, so that the kernel deals new connections over the
// workers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace ringcast::server::net {

/// The descriptors of one port.
struct ListeningPort {
    std::uint16_t port = 0;        ///< as bound
    std::vector<int> descriptors;  ///< one per worker; owned by the caller
};

/// Binds `address`:`port` (0: the system chooses) and listens with `count` sockets. "::" takes both
/// families, and becomes 0.0.0.0 on a machine without IPv6. Errors: System (in use, not allowed, no
/// such address); nothing stays open.
[[nodiscard]] core::Result<ListeningPort> open_listening_port(const std::string& address,
                                                              std::uint16_t port,
                                                              std::uint32_t count);

}  // namespace ringcast::server::net

// SPDX-License-Identifier: Apache-2.0
// The kernel's own account of a server's TCP connections, over NETLINK_SOCK_DIAG (sock_diag(7)): so
// any server is measured unchanged, without asking it, and without root.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ringcast::tests::support {

/// One established IPv4 connection, as the server's end has it.
struct SocketFacts {
    std::uint32_t peer = 0;            ///< the client's address, in host order
    std::uint64_t bytes_acked = 0;     ///< sent, and acknowledged by the client
    std::uint64_t bytes_received = 0;  ///< from the client
    std::uint32_t queued = 0;          ///< bytes of kernel memory that its send queue holds
    std::uint32_t send_buffer = 0;     ///< SO_SNDBUF as the kernel keeps it: twice what was set
};

/// All connections that came in on `port`. Throws std::runtime_error when the kernel does not tell.
[[nodiscard]] std::vector<SocketFacts> connections_of(std::uint16_t port);

}  // namespace ringcast::tests::support

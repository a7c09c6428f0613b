// SPDX-License-Identifier: Apache-2.0
// Kernel memory of the TCP sockets of a local port, from NETLINK_SOCK_DIAG (sock_diag(7)): no
// privilege is needed, and it sees sockets of every process in this network namespace.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/result.hpp"
#include "loadtest/endpoint.hpp"

namespace ringcast::loadtest {

/// Sums over sockets, in bytes as the kernel charges them (with its own overhead).
struct SocketMemory {
    std::uint64_t sockets = 0;
    std::uint64_t queued_bytes = 0;    ///< to be sent, or sent and not acknowledged
    std::uint64_t received_bytes = 0;  ///< received and not read
    std::uint64_t reserve_bytes = 0;   ///< set aside for the socket and not used
    std::uint64_t largest_bytes = 0;   ///< all three, of the largest socket

    void add(const SocketMemory& other);
    [[nodiscard]] std::uint64_t total_bytes() const {
        return queued_bytes + received_bytes + reserve_bytes;
    }
    friend bool operator==(const SocketMemory&, const SocketMemory&) = default;
};

/// Not thread-safe.
class SocketMemoryReader {
  public:
    /// Of all connections (also of those that the process has closed and the kernel has not) whose
    /// local port is one of `ports`. Waits for the kernel, a second at most.
    [[nodiscard]] core::Result<SocketMemory> read(std::span<const std::uint16_t> ports);

  private:
    core::Result<SocketMemory> read(int family, std::uint16_t port);

    UniqueFd netlink_;
};

enum class Dump : std::uint8_t { GoesOn, Complete };

/// Adds what one datagram of the kernel's answer says to `sum`. An error is the kernel's refusal,
/// or an answer that is none.
[[nodiscard]] core::Result<Dump> add_diag_answer(std::span<const std::byte> datagram,
                                                 SocketMemory& sum);

}  // namespace ringcast::loadtest

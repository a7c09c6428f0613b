// SPDX-License-Identifier: Apache-2.0
// The address of a peer, kept as IPv6 with IPv4 mapped into it, and shown without the mapping.
#pragma once

#include <array>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <string>

namespace ringcast::server::net {

struct ClientAddress {
    std::array<std::uint8_t, 16> bytes{};
    std::uint16_t port = 0;

    /// "192.0.2.1" or "2001:db8::1".
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] ClientAddress to_client_address(const boost::asio::ip::tcp::endpoint& endpoint);

}  // namespace ringcast::server::net

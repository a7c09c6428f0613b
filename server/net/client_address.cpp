// SPDX-License-Identifier: Apache-2.0
#include "server/net/client_address.hpp"

#include <boost/asio/ip/address.hpp>

namespace ringcast::server::net {

namespace ip = boost::asio::ip;

std::string ClientAddress::text() const {
    const ip::address_v6 address(bytes);
    return address.is_v4_mapped() ? ip::make_address_v4(ip::v4_mapped, address).to_string()
                                  : address.to_string();
}

ClientAddress to_client_address(const ip::tcp::endpoint& endpoint) {
    const ip::address address = endpoint.address();
    const ip::address_v6 v6 =
        address.is_v4() ? ip::make_address_v6(ip::v4_mapped, address.to_v4()) : address.to_v6();
    return {.bytes = v6.to_bytes(), .port = endpoint.port()};
}

}  // namespace ringcast::server::net

// SPDX-License-Identifier: Apache-2.0
// Where listeners connect from. Between one address and one port of a server there are only as many
// connections as the system has ports to choose from, about 28,000; loopback has many addresses.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "core/result.hpp"
#include "loadtest/fleet_options.hpp"

namespace ringcast::loadtest {

/// Most connections that a loopback address is given.
constexpr std::size_t kConnectionsPerAddressMax = 25'000;

/// Ports that the system chooses from: the size of net.ipv4.ip_local_port_range, which holds for
/// IPv6, too.
[[nodiscard]] std::size_t local_ports();

/// Fills `from` of the fleets of one run: keeps what was given, else, where all targets of a fleet
/// are 127.x.x.x, gives it as many of 127.0.0.1, 127.0.0.2 and so on as its listeners need, and no
/// other fleet those (none: the system's choice will do). An error says where more than `ports`
/// connections would begin at one address.
[[nodiscard]] std::optional<core::Error> deal_source_addresses(std::span<FleetOptions> fleets,
                                                               std::size_t ports);

}  // namespace ringcast::loadtest

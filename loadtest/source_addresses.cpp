// SPDX-License-Identifier: Apache-2.0
#include "loadtest/source_addresses.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <utility>

namespace ringcast::loadtest {

namespace {

constexpr std::uint32_t kLoopbackNet = 127;
constexpr std::size_t kLoopbackAddressesMax = 65'000;  // of 127.0.x.x

bool is_v4_loopback(const Target& target) {
    if (target.address.storage.ss_family != AF_INET) {
        return false;
    }
    sockaddr_in address{};
    std::memcpy(&address, &target.address.storage, sizeof(address));
    return ntohl(address.sin_addr.s_addr) >> 24U == kLoopbackNet;
}

/// 127.0.0.1 for 0, and so on.
Address v4_loopback(std::size_t number) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl((kLoopbackNet << 24U) + 1 + static_cast<std::uint32_t>(number));
    Address result;
    std::memcpy(&result.storage, &address, sizeof(address));
    result.size = sizeof(address);
    return result;
}

/// Ports that are taken at a time: those of the listeners, and of churn what lies in TIME_WAIT for
/// a minute, as half of those who leave close in order.
std::size_t ports_taken(const FleetOptions& fleet) {
    constexpr double kTimeWaitSeconds = 60;
    return fleet.listeners + static_cast<std::size_t>(fleet.churn_per_s / 2 * kTimeWaitSeconds);
}

/// The most connections between one source address and one address and port of a server, and the
/// host that they go to.
std::pair<std::size_t, std::string> busiest_path(const FleetOptions& fleet,
                                                 const std::vector<Address>& from) {
    std::map<std::pair<std::size_t, std::string>, std::size_t> paths;
    std::pair<std::size_t, std::string> busiest;
    for (std::size_t i = 0; i < ports_taken(fleet); ++i) {
        const std::string& host = fleet.targets[i % fleet.targets.size()].host;
        const std::size_t count = ++paths[{from.empty() ? 0 : i % from.size(), host}];
        if (count > busiest.first) {
            busiest = {count, host};
        }
    }
    return busiest;
}

}  // namespace

std::size_t local_ports() {
    std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
    std::size_t first = 32'768;  // the kernel's defaults
    std::size_t last = 60'999;
    file >> first >> last;
    return last - first + 1;
}

core::Result<std::vector<Address>> source_addresses(const FleetOptions& fleet, std::size_t ports) {
    std::vector<Address> from = fleet.from;
    // A tenth stays free for other programs, and for ports that are not free at once.
    const std::size_t each = std::clamp<std::size_t>(ports * 9 / 10, 1, kConnectionsPerAddressMax);
    const std::size_t wanted = (ports_taken(fleet) + each - 1) / each;
    const bool loopback = std::ranges::all_of(fleet.targets, is_v4_loopback);
    if (from.empty() && loopback && wanted > 1) {
        for (std::size_t number = 0; number < std::min(wanted, kLoopbackAddressesMax); ++number) {
            from.push_back(v4_loopback(number));
        }
    }
    const auto [connections, host] = busiest_path(fleet, from);
    if (connections > ports) {
        return core::Error{
            core::Errc::System,
            fmt::format(
                "{} connections from one address to {} are too many for {} ports "
                "(net.ipv4.ip_local_port_range); give more source addresses with --from{}",
                connections, host, ports,
                host.starts_with("[::1]") ? ", or use 127.0.0.1: ::1 is the only one" : "")};
    }
    return from;
}

}  // namespace ringcast::loadtest

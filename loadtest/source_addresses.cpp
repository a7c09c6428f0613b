// SPDX-License-Identifier: Apache-2.0
#include "loadtest/source_addresses.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

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

/// Whether the fleet leaves its source addresses open, and loopback has more than one for it.
bool may_be_dealt(const FleetOptions& fleet) {
    return fleet.from.empty() && std::ranges::all_of(fleet.targets, is_v4_loopback);
}

std::string text(const Address& address) {
    std::array<char, NI_MAXHOST> name{};
    ::getnameinfo(reinterpret_cast<const sockaddr*>(&address.storage), address.size, name.data(),
                  name.size(), nullptr, 0, NI_NUMERICHOST);
    return name.data();
}

/// Where its connections come from, in turn; "" where only the system knows.
std::vector<std::string> origins(const FleetOptions& fleet) {
    std::vector<std::string> names;
    std::ranges::transform(fleet.from, std::back_inserter(names), text);
    if (names.empty()) {
        names.push_back(may_be_dealt(fleet) ? text(v4_loopback(0)) : "");
    }
    return names;
}

/// The most connections between one source address and one address and port of a server, and the
/// host that they go to.
std::pair<std::size_t, std::string> busiest_path(std::span<const FleetOptions> fleets) {
    std::map<std::pair<std::string, std::string>, std::size_t> paths;
    for (const FleetOptions& fleet : fleets) {
        // Both are dealt in turn, so pairs of them come again after `period` listeners.
        const std::vector<std::string> from = origins(fleet);
        const std::size_t period = std::lcm(from.size(), fleet.targets.size());
        const std::size_t taken = ports_taken(fleet);
        for (std::size_t i = 0; i < std::min(period, taken); ++i) {
            const std::string& host = fleet.targets[i % fleet.targets.size()].host;
            paths[{from[i % from.size()], host}] += (taken - i + period - 1) / period;
        }
    }
    std::pair<std::size_t, std::string> busiest;
    for (const auto& [path, count] : paths) {
        busiest = std::max(busiest, {count, path.second});
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

std::optional<core::Error> deal_source_addresses(std::span<FleetOptions> fleets,
                                                 std::size_t ports) {
    // A tenth stays free for other programs, and for ports that are not free at once.
    const std::size_t each = std::clamp<std::size_t>(ports * 9 / 10, 1, kConnectionsPerAddressMax);
    std::size_t taken = 0;
    for (const FleetOptions& fleet : fleets) {
        taken += may_be_dealt(fleet) ? ports_taken(fleet) : 0;
    }
    std::size_t next = 0;
    for (FleetOptions& fleet : fleets) {
        if (taken <= each || !may_be_dealt(fleet)) {
            continue;
        }
        const std::size_t wanted = (ports_taken(fleet) + each - 1) / each;
        const std::size_t end = std::min(next + wanted, kLoopbackAddressesMax);
        for (; next < end; ++next) {
            fleet.from.push_back(v4_loopback(next));
        }
    }
    const auto [connections, host] = busiest_path(fleets);
    if (connections <= ports) {
        return std::nullopt;
    }
    return core::Error{
        core::Errc::System,
        fmt::format("{} connections from one address to {} are too many for {} ports "
                    "(net.ipv4.ip_local_port_range); give more source addresses with --from{}",
                    connections, host, ports,
                    host.starts_with("[::1]") ? ", or use 127.0.0.1: ::1 is the only one" : "")};
}

}  // namespace ringcast::loadtest

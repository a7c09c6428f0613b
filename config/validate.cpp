// SPDX-License-Identifier: Apache-2.0
#include "config/validate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

namespace ringcast::config {
namespace {

constexpr Bytes kExtentGrain = kib(64);
constexpr Bytes kPoolSpare = mib(64);  // for dynamic stations, where pool.size is "auto"

void add(Errors& errors, Error error) {
    if (errors.size() < kErrorsMax) {
        errors.push_back(std::move(error));
    }
}

std::string quoted(std::string_view text) {
    return '"' + printable(text) + '"';
}

std::string station_path(std::size_t index) {
    return "stations[" + std::to_string(index) + "]";
}
std::string listen_path(std::size_t index) {
    return "listen[" + std::to_string(index) + "]";
}

Bytes round_up(Bytes size, Bytes grain) {
    return {(size.count + grain.count - 1) / grain.count * grain.count};
}

void complete_station(Station& station, const Config& config) {
    if (station.user.empty()) {
        station.user = config.auth.source.user;
    }
    if (station.password.empty()) {
        station.password = config.auth.source.password;
    }
    station.ring = round_up(station.ring, config.pool.extent);
}

void complete_pool(Config& config, Errors& errors) {
    Bytes rings;
    for (const Station& station : config.stations) {
        rings.count += station.ring.count;
    }
    if (config.pool.size.count == 0) {
        config.pool.size.count = rings.count + kPoolSpare.count;
    }
    config.pool.size = round_up(config.pool.size, config.pool.extent);
    if (rings > config.pool.size) {
        add(errors, {.path = "pool.size",
                     .value = to_string(config.pool.size),
                     .fault = "does not hold the rings of the configured stations",
                     .expected = "at least " + to_string(rings),
                     .meant = {}});
    }
}

void check_credentials(const Config& config, Errors& errors) {
    const auto missing = [&](const std::string& why) {
        add(errors, {.path = "auth.source.password",
                     .value = {},
                     .fault = "missing",
                     .expected = "a password, as " + why,
                     .meant = {}});
    };
    if (config.dynamic_stations && config.station_defaults.password.empty()) {
        missing("dynamic_stations is true");
        return;
    }
    const auto station =
        std::ranges::find_if(config.stations, &std::string::empty, &Station::password);
    if (station != config.stations.end()) {
        const auto index = static_cast<std::size_t>(station - config.stations.begin());
        missing(station_path(index) + " has none of its own");
    }
}

void check_mounts(const Config& config, Errors& errors) {
    std::unordered_map<std::string_view, std::size_t> seen;
    for (std::size_t index = 0; index < config.stations.size(); ++index) {
        const std::string& mount = config.stations[index].mount;
        const auto [first, is_new] = seen.emplace(mount, index);
        if (!is_new) {
            add(errors, {.path = station_path(index) + ".mount",
                         .value = quoted(mount),
                         .fault = "is the mount of " + station_path(first->second),
                         .expected = "a mount of its own",
                         .meant = {}});
        }
    }
    for (std::size_t index = 0; index < config.listen.size(); ++index) {
        const std::string& mount = config.listen[index].shoutcast_mount;
        if (!config.dynamic_stations && !mount.empty() && !seen.contains(mount)) {
            add(errors, {.path = listen_path(index) + ".shoutcast_mount",
                         .value = quoted(mount),
                         .fault = "is no configured station",
                         .expected = "the mount of one, as dynamic_stations is false",
                         .meant = {}});
        }
    }
}

/// One spelling for each address. IPv4's wildcard becomes that of both families: their ports
/// collide.
std::string canonical(const std::string& address) {
    std::array<unsigned char, sizeof(in6_addr)> binary{};
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    inet_pton(family, address.c_str(), binary.data());
    inet_ntop(family, binary.data(), text.data(), text.size());
    const std::string spelled(text.data());
    return spelled == "0.0.0.0" ? "::" : spelled;
}

void check_ports(const Config& config, Errors& errors) {
    std::unordered_map<std::string, std::string> taken;  // endpoint to what has it
    for (std::size_t index = 0; index < config.listen.size(); ++index) {
        const Listen& listen = config.listen[index];
        const std::string path = listen_path(index);
        if (listen.port == 0) {
            continue;
        }
        const auto take = [&](unsigned port, const std::string& key) {
            const std::string endpoint = canonical(listen.address) + " " + std::to_string(port);
            const auto [first, is_new] = taken.emplace(endpoint, path + key);
            if (!is_new) {
                add(errors, {.path = path + key,
                             .value = "port " + std::to_string(port),
                             .fault = "is taken by " + first->second,
                             .expected = "another port or address",
                             .meant = {}});
            }
        };
        take(listen.port, ".port");
        if (!listen.shoutcast_mount.empty() && listen.port == 65'535) {
            add(errors, {.path = path + ".port",
                         .value = "65535",
                         .fault = "leaves no next port for shoutcast_mount",
                         .expected = "at most 65534",
                         .meant = {}});
        } else if (!listen.shoutcast_mount.empty()) {
            take(listen.port + 1U, ".shoutcast_mount");
        }
    }
}

void check_station(const std::string& path, const Station& station, const Fanout& fanout,
                   Errors& errors) {
    const auto* burst = std::get_if<Bytes>(&station.burst);
    if (burst != nullptr && burst->count > station.ring.count / 2) {
        add(errors, {.path = path + ".burst",
                     .value = quoted(to_string(station.burst)),
                     .fault = "is more than half the ring",
                     .expected = "at most " + to_string(Bytes{station.ring.count / 2}),
                     .meant = {}});
    }
    const bool is_auto = station.delivery.count() == 0;
    if (!is_auto && (station.delivery < fanout.phase || station.delivery > fanout.delivery_max)) {
        add(errors, {.path = path + ".delivery",
                     .value = quoted(to_string(station.delivery)),
                     .fault = "is not within fanout.phase and fanout.delivery_max",
                     .expected = to_string(fanout.phase) + " to " + to_string(fanout.delivery_max) +
                                 ", or \"auto\"",
                     .meant = {}});
    }
}

void check_stations(const Config& config, Errors& errors) {
    const Station& defaults = config.station_defaults;
    check_station("station_defaults", defaults, config.fanout, errors);
    for (std::size_t index = 0; index < config.stations.size(); ++index) {
        const Station& station = config.stations[index];
        const bool says_nothing = station.ring == defaults.ring &&
                                  station.burst == defaults.burst &&
                                  station.delivery == defaults.delivery;
        if (!says_nothing) {
            check_station(station_path(index), station, config.fanout, errors);
        }
    }
}

}  // namespace

Errors complete(Config& config) {
    Errors errors;
    if (config.pool.extent.count % kExtentGrain.count != 0) {
        add(errors, {.path = "pool.extent",
                     .value = to_string(config.pool.extent),
                     .fault = "is not a multiple of " + to_string(kExtentGrain),
                     .expected = to_string(round_up(config.pool.extent, kExtentGrain)),
                     .meant = {}});
        return errors;  // every size below depends on it
    }
    complete_station(config.station_defaults, config);
    for (Station& station : config.stations) {
        complete_station(station, config);
    }
    complete_pool(config, errors);
    if (config.fanout.delivery_max < config.fanout.phase) {
        add(errors, {.path = "fanout.delivery_max",
                     .value = quoted(to_string(config.fanout.delivery_max)),
                     .fault = "is below fanout.phase",
                     .expected = "at least " + to_string(config.fanout.phase),
                     .meant = {}});
    }
    check_credentials(config, errors);
    check_mounts(config, errors);
    check_ports(config, errors);
    check_stations(config, errors);
    return errors;
}

}  // namespace ringcast::config

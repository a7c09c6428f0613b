// SPDX-License-Identifier: Apache-2.0
#include "server/app/fit.hpp"

#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "server/app/settings.hpp"
#include "server/runtime/descriptor_limit.hpp"

namespace ringcast::server::app {

namespace {

core::Result<void> check_input(const std::string& path) {
    if (path.empty() || ::access(path.c_str(), R_OK) == 0) {
        return {};
    }
    return core::Error{core::Errc::System, path + ": " + std::generic_category().message(errno)};
}

}  // namespace

core::Result<void> add_stations(const config::Config& config, stations::StationRegistry& registry) {
    for (std::size_t i = 0; i < config.stations.size(); ++i) {
        const std::string key = "stations[" + std::to_string(i) + "]";
        if (const auto input = check_input(config.stations[i].input); !input) {
            return core::Error{input.error().code, key + ".input: " + input.error().message};
        }
        const auto added = registry.add(station_settings(config.stations[i]));
        if (!added) {
            return core::Error{added.error().code, key + ".ring: " + added.error().message};
        }
    }
    return {};
}

core::Result<void> check_fit(const config::Config& config) {
    const core::Result<std::uint64_t> descriptors = runtime::raise_descriptor_limit();
    if (!descriptors) {
        return descriptors.error();
    }
    const auto pool = core::BlockPool::create(pool_capacity(config, *descriptors));
    if (!pool) {
        return core::Error{pool.error().code, "pool.size: " + pool.error().message};
    }
    stations::StationRegistry registry(**pool);
    return add_stations(config, registry);
}

}  // namespace ringcast::server::app

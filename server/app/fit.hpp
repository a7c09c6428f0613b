// SPDX-License-Identifier: Apache-2.0
// Whether what a config asks for can be had on this machine.
#pragma once

#include "config/config.hpp"
#include "core/result.hpp"
#include "server/stations/station_registry.hpp"

namespace ringcast::server::app {

/// Reserves the rings of the config's stations. Errors: what does not fit or is not there, with the
/// key that asks for it.
[[nodiscard]] core::Result<void> add_stations(const config::Config& config,
                                              stations::StationRegistry& registry);

/// Does all that a server does before it opens its ports, and undoes it. Errors: as add_stations(),
/// and System.
[[nodiscard]] core::Result<void> check_fit(const config::Config& config);

}  // namespace ringcast::server::app

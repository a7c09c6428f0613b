// SPDX-License-Identifier: Apache-2.0
// From the checked config to the small option structs that each part of the server takes: the only
// place where the two meet.
#pragma once

#include <cstdint>

#include "config/config.hpp"
#include "core/block_pool.hpp"
#include "server/listen/fanout.hpp"
#include "server/runtime/log_writer.hpp"
#include "server/runtime/logging.hpp"
#include "server/stations/station_entry.hpp"

namespace ringcast::server::app {

[[nodiscard]] stations::StationSettings station_settings(const config::Station& station);
[[nodiscard]] listen::FanoutOptions fanout_options(const config::Config& config);
[[nodiscard]] runtime::LogWriterOptions log_options(const config::Log& log);
[[nodiscard]] runtime::LogLevel log_level(config::LogLevel level);

/// One per core where the config says nothing, at most core::kWorkersMax.
[[nodiscard]] std::uint32_t worker_count(const config::Config& config);

/// Most sources at a time: the config's limit, or what the pool has records for.
[[nodiscard]] std::uint64_t source_limit(const config::Config& config,
                                         const core::PoolCapacity& capacity);

/// What the pool must have room for. `descriptors`: how many this process may hold.
[[nodiscard]] core::PoolCapacity pool_capacity(const config::Config& config,
                                               std::uint64_t descriptors);

}  // namespace ringcast::server::app

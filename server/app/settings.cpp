// SPDX-License-Identifier: Apache-2.0
#include "server/app/settings.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <thread>
#include <variant>

#include "core/limits.hpp"

namespace ringcast::server::app {

namespace {

/// Listener records when neither the config nor the descriptor limit says less.
constexpr std::uint64_t kListenersMax = 4'000'000;
/// Most stations that are not in the config, however large the pool is.
constexpr std::uint64_t kDynamicStationsMax = 10'000;
/// Identity cells per listener record, on average; what is longer than that for all is cut.
constexpr std::uint64_t kIdentityCellsPerListener = 4;
constexpr std::uint64_t kIdentityCellsMin = 16'384;

core::Burst to_core(const config::Burst& burst) {
    if (const auto* time = std::get_if<config::Duration>(&burst)) {
        return {.us = static_cast<std::uint64_t>(
                    std::chrono::duration_cast<std::chrono::microseconds>(*time).count()),
                .bytes = 0};
    }
    return {.us = 0, .bytes = std::get<config::Bytes>(burst).count};
}

stations::Takeover to_server(config::Takeover takeover) {
    switch (takeover) {
        case config::Takeover::Silent:
            return stations::Takeover::Silent;
        case config::Takeover::Always:
            return stations::Takeover::Always;
        case config::Takeover::Never:
            return stations::Takeover::Never;
    }
    return stations::Takeover::Silent;
}

std::uint32_t to_ms(config::Duration duration) {
    return static_cast<std::uint32_t>(duration.count());
}

}  // namespace

stations::StationSettings station_settings(const config::Station& station) {
    return {.mount = station.mount,
            .name = station.name,
            .description = station.description,
            .genre = station.genre,
            .url = station.url,
            .type = station.type,
            .bitrate = station.bitrate_kbit_s,
            .is_public = station.is_public,
            .ring_bytes = station.ring.count,
            .burst = to_core(station.burst),
            .delivery_ms = to_ms(station.delivery),
            .metaint = static_cast<std::uint32_t>(station.metaint.count),
            .charset = station.charset == config::Charset::Latin1 ? http::Charset::Latin1
                                                                  : http::Charset::Utf8,
            .max_listeners = station.max_listeners,
            .takeover = to_server(station.takeover),
            .user = station.user,
            .password = station.password,
            .input = station.input,
            .dynamic = false};
}

listen::FanoutOptions fanout_options(const config::Config& config) {
    return {.phase_ms = to_ms(config.fanout.phase),
            .delivery_max_ms = to_ms(config.fanout.delivery_max),
            .stall_timeout_s = (to_ms(config.limits.listener_stall_timeout) + 999) / 1000,
            .skips_max = config.limits.listener_skips_max};
}

runtime::LogWriterOptions log_options(const config::Log& log) {
    return {.file = log.file,
            .format = log.format == config::LogFormat::Json ? runtime::LogFormat::Json
                                                            : runtime::LogFormat::Human,
            .access_file = log.access_file};
}

runtime::LogLevel log_level(config::LogLevel level) {
    switch (level) {
        case config::LogLevel::Trace:
        case config::LogLevel::Debug:
            return runtime::LogLevel::Debug;
        case config::LogLevel::Info:
            return runtime::LogLevel::Info;
        case config::LogLevel::Warn:
            return runtime::LogLevel::Warning;
        case config::LogLevel::Error:
        case config::LogLevel::Critical:
            return runtime::LogLevel::Error;
        case config::LogLevel::Off:
            return runtime::LogLevel::Off;
    }
    return runtime::LogLevel::Info;
}

std::uint32_t worker_count(const config::Config& config) {
    const std::uint32_t wanted =
        config.server.workers != 0 ? config.server.workers : std::thread::hardware_concurrency();
    return std::clamp<std::uint32_t>(wanted, 1, core::kWorkersMax);
}

std::uint64_t source_limit(const config::Config& config, const core::PoolCapacity& capacity) {
    return config.limits.sources == 0 ? capacity.sources
                                      : std::min(config.limits.sources, capacity.sources);
}

core::PoolCapacity pool_capacity(const config::Config& config, std::uint64_t descriptors) {
    const std::uint64_t extent = config.pool.extent.count;
    const std::uint64_t extents = config.pool.size.count / extent;
    std::uint64_t configured = 0;
    for (const config::Station& station : config.stations) {
        configured += station.ring.count / extent;
    }
    const std::uint64_t spare = extents > configured ? extents - configured : 0;
    const std::uint64_t dynamic_extents =
        std::max<std::uint64_t>(1, config.station_defaults.ring.count / extent);
    const std::uint64_t stations =
        config.stations.size() + std::min(spare / dynamic_extents, kDynamicStationsMax);

    const std::uint64_t sockets = std::min(descriptors, kListenersMax);
    const std::uint64_t listeners = config.limits.listeners == 0
                                        ? sockets
                                        : std::min<std::uint64_t>(config.limits.listeners, sockets);
    const std::uint64_t cells = std::max(kIdentityCellsMin, listeners * kIdentityCellsPerListener);
    // A worker's part of the table is in pieces when many have left it; what nobody uses costs
    // addresses only.
    const std::uint64_t spread =
        listeners * 2 + std::uint64_t{worker_count(config)} * core::kListenersPerChunk;
    return {.extent_bytes = static_cast<std::uint32_t>(extent),
            .extents = static_cast<std::uint32_t>(extents),
            .stations = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, stations)),
            .sources = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, stations)),
            .listeners = static_cast<std::uint32_t>(spread),
            .identity_cells = static_cast<std::uint32_t>(cells)};
}

}  // namespace ringcast::server::app

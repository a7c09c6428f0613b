// SPDX-License-Identifier: Apache-2.0
// What the status pages show, gathered from the counters of all workers and stations.
#include <algorithm>

#include "server/app/app.hpp"
#include "server/http/playlist.hpp"

namespace ringcast::server::app {

namespace {

std::chrono::sys_seconds at(std::int64_t seconds) {
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

}  // namespace

std::uint64_t App::total(runtime::Counter counter) const {
    std::uint64_t sum = 0;
    for (const net::Worker& worker : workers_) {
        sum += worker.counters.value(counter);
    }
    return static_cast<std::int64_t>(sum) < 0 ? 0 : sum;
}

admin::StatsSnapshot App::snapshot() const {
    using runtime::Counter;
    admin::StatsSnapshot result;
    result.global = {.admin = config_.server.admin_contact,
                     .host = config_.server.hostname,
                     .location = config_.server.location,
                     .server_id = config_.server.id,
                     .server_start = at(started_s_),
                     .client_connections = total(Counter::Requests),
                     .clients = total(Counter::ConnectionsOpen),
                     .connections = total(Counter::ConnectionsAccepted),
                     .listener_connections = total(Counter::ListenersJoined),
                     .listeners = total(Counter::Listeners),
                     .source_client_connections = total(Counter::SourcesJoined),
                     .source_total_connections = total(Counter::SourcesJoined),
                     .sources = total(Counter::Sources)};
    for (const auto& entry : registry_.all()) {
        if (entry->broadcast().live) {
            result.stations.push_back(station_stats(*entry));
        }
    }
    return result;
}

admin::StationStats App::station_stats(const stations::StationEntry& entry) const {
    const stations::Broadcast broadcast = entry.broadcast();
    const http::SourceProperties& source = broadcast.source;
    const core::StationRecord& record = entry.station().record();
    std::uint64_t sent = 0;
    for (const core::WorkerLine& line : record.ring.workers) {
        sent += line.bytes_sent.load(std::memory_order_relaxed);
    }
    const http::PublicAddress address{
        .scheme = "http", .hostname = config_.server.hostname, .port = ports_.front().number};
    admin::StationStats stats;
    stats.mount = entry.mount();
    stats.listenurl = http::stream_url({}, address, entry.mount());
    stats.server_name = source.name;
    stats.server_description = source.description;
    stats.server_url = source.url;
    stats.server_type = source.content_type;
    stats.genre = source.genre;
    stats.subtype =
        source.content_type.find("ogg") != std::string::npos ? broadcast.format.codec : "";
    stats.title = entry.now_playing().title;
    stats.audio_info = source.audio_info;
    stats.audio_info_items = source.audio_info_items;
    stats.source_ip = broadcast.source_address;
    stats.user_agent = source.user_agent;
    stats.stream_start = at(broadcast.started_s);
    stats.bitrate = source.bitrate != 0 ? source.bitrate : broadcast.format.bitrate / 1000;
    stats.audio_bitrate = broadcast.format.bitrate;
    stats.audio_channels = broadcast.format.channels;
    stats.audio_samplerate = broadcast.format.sample_rate;
    stats.is_public = source.is_public.value_or(false);
    stats.connections = record.counters.listener_connections.load(std::memory_order_relaxed);
    stats.listener_connections = stats.connections;
    stats.listener_peak = record.counters.listener_peak.load(std::memory_order_relaxed);
    stats.listeners = entry.listeners();
    if (entry.settings().max_listeners != 0) {
        stats.max_listeners = entry.settings().max_listeners;
    }
    stats.slow_listeners = record.counters.slow_listeners.load(std::memory_order_relaxed);
    stats.total_bytes_read = record.counters.bytes_read.load(std::memory_order_relaxed);
    stats.total_bytes_sent = sent;
    return stats;
}

}  // namespace ringcast::server::app

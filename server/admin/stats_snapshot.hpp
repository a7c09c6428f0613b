// SPDX-License-Identifier: Apache-2.0
// What the status documents show, as plain values: filled by whoever owns the counters, rendered by
// status_json.cpp and stats_xml.cpp. Names and meanings are Icecast's (WIRE notes 12.1, 12.2).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ringcast::server::admin {

struct GlobalStats {
    std::string admin;  ///< contact
    std::string host;   ///< hostname
    std::string location;
    std::string server_id;
    std::chrono::sys_seconds server_start;
    std::uint64_t client_connections = 0;         ///< requests since start
    std::uint64_t clients = 0;                    ///< sockets open now
    std::uint64_t connections = 0;                ///< connections accepted since start
    std::uint64_t file_connections = 0;           ///< files served since start
    std::uint64_t listener_connections = 0;       ///< listener sessions since start
    std::uint64_t listeners = 0;                  ///< now
    std::uint64_t source_client_connections = 0;  ///< source sessions since start
    std::uint64_t source_relay_connections = 0;   ///< relays pulled since start
    std::uint64_t source_total_connections = 0;   ///< both
    std::uint64_t sources = 0;                    ///< now
    std::uint64_t stats = 0;                      ///< STATS clients now
    std::uint64_t stats_connections = 0;          ///< STATS clients since start
};

/// One station that is on the air. Empty texts and absent values are left out of the documents,
/// but for server_name, server_description and genre, for which Icecast has defaults.
struct StationStats {
    std::string mount;
    std::string listenurl;
    std::string server_name;
    std::string server_description;
    std::string server_url;
    std::string server_type;  ///< content type
    std::string genre;
    std::string subtype;  ///< codec inside a container: "Vorbis", "Opus"
    std::string artist;   ///< only where the stream tells it apart from the title
    std::string title;    ///< newest title; artist included unless `artist` is set
    std::string audio_info;
    std::vector<std::pair<std::string, std::string>> audio_info_items;
    std::string source_ip;
    std::string user_agent;
    std::chrono::sys_seconds stream_start;
    std::uint32_t bitrate = 0;           ///< kbit/s; 0: unknown
    std::uint32_t audio_bitrate = 0;     ///< bit/s, as the codec header says it; 0: it does not
    std::uint32_t audio_channels = 0;    ///< 0: unknown
    std::uint32_t audio_samplerate = 0;  ///< Hz; 0: unknown
    bool is_public = false;
    bool authenticator = false;  ///< listeners must authenticate
    bool on_demand = false;
    std::uint64_t connections = 0;  ///< listener requests for it since the source came
    std::uint64_t listener_connections = 0;
    std::uint64_t listener_peak = 0;  ///< since the source came
    std::uint64_t listeners = 0;
    std::optional<std::uint64_t> max_listeners;  ///< nothing: unlimited
    std::uint64_t slow_listeners = 0;            ///< closed for lag
    std::uint64_t total_bytes_read = 0;
    std::uint64_t total_bytes_sent = 0;
};

/// Everything at one moment. `stations` holds those that are on the air, in any order.
struct StatsSnapshot {
    GlobalStats global;
    std::vector<StationStats> stations;
};

}  // namespace ringcast::server::admin

// SPDX-License-Identifier: Apache-2.0
#include "server/admin/stats_fields.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "server/http/dates.hpp"

namespace ringcast::server::admin {
namespace {

constexpr bool kPublic = true;
constexpr bool kAdminOnly = false;

// Whole numbers up to these many digits are exact in every JSON reader.
constexpr std::size_t kExactDigitsMax = 15;

// Keys that a source must not be able to set by ice-audio-info even while the station lacks them.
constexpr std::string_view kReserved[] = {"artist",        "authenticator", "dummy",
                                          "max_listeners", "mount",         "server_type",
                                          "server_url",    "source_ip",     "subtype",
                                          "title",         "user_agent",    "yp_currently_playing"};

/// Collects fields and orders them by key.
class FieldList {
  public:
    void add(std::string_view key, std::string value, bool shown = kPublic) {
        fields_.push_back({std::string(key), std::move(value), shown});
    }
    void add(std::string_view key, std::uint64_t value, bool shown = kPublic) {
        fields_.push_back({std::string(key), value, shown});
    }
    void add_flag(std::string_view key, bool value, bool shown = kPublic) {
        fields_.push_back({std::string(key), value, shown});
    }
    void add_text(std::string_view key, const std::string& value, bool shown = kPublic) {
        if (!value.empty()) {
            add(key, value, shown);
        }
    }
    void add_known(std::string_view key, std::uint64_t value) {
        if (value != 0) {
            add(key, value);
        }
    }
    [[nodiscard]] bool has(std::string_view key) const {
        return std::any_of(fields_.begin(), fields_.end(),
                           [key](const StatsField& field) { return field.key == key; });
    }
    [[nodiscard]] std::vector<StatsField> take() {
        std::sort(fields_.begin(), fields_.end(),
                  [](const StatsField& a, const StatsField& b) { return a.key < b.key; });
        return std::move(fields_);
    }

  private:
    std::vector<StatsField> fields_;
};

/// A whole number without leading zeros.
std::optional<std::uint64_t> whole_number(std::string_view text) {
    if (text.empty() || text.size() > kExactDigitsMax || (text.size() > 1 && text[0] == '0')) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

bool is_reserved(std::string_view key) {
    return std::find(std::begin(kReserved), std::end(kReserved), key) != std::end(kReserved);
}

void add_audio_info(const StationStats& stats, FieldList& fields) {
    fields.add_text("audio_info", stats.audio_info);
    for (const auto& [key, value] : stats.audio_info_items) {
        if (fields.has(key) || is_reserved(key)) {
            continue;
        }
        if (const auto number = whole_number(value)) {
            fields.add(key, *number);
        } else {
            fields.add(key, value);
        }
    }
}

std::string or_default(const std::string& text, const char* default_text) {
    return text.empty() ? default_text : text;
}

void add_description(const StationStats& stats, FieldList& fields) {
    fields.add("server_name", or_default(stats.server_name, "Unspecified name"));
    fields.add("server_description",
               or_default(stats.server_description, "Unspecified description"));
    fields.add("genre", or_default(stats.genre, "various"));
    fields.add_text("server_url", stats.server_url);
    fields.add_text("server_type", stats.server_type);
    fields.add_text("subtype", stats.subtype);
    fields.add_text("listenurl", stats.listenurl);
    fields.add_text("artist", stats.artist);
    fields.add_text("title", stats.title);
    if (!stats.title.empty()) {
        const std::string playing =
            stats.artist.empty() ? stats.title : stats.artist + " - " + stats.title;
        fields.add("yp_currently_playing", playing);
    }
    fields.add("stream_start", http::icecast_date(stats.stream_start));
    fields.add("stream_start_iso8601", http::iso8601_date(stats.stream_start));
}

void add_counters(const StationStats& stats, FieldList& fields) {
    fields.add_known("bitrate", stats.bitrate);
    fields.add_known("audio_bitrate", stats.audio_bitrate);
    fields.add_known("audio_channels", stats.audio_channels);
    fields.add_known("audio_samplerate", stats.audio_samplerate);
    fields.add("listener_peak", stats.listener_peak);
    fields.add("listeners", stats.listeners);
    fields.add("connections", stats.connections, kAdminOnly);
    fields.add("listener_connections", stats.listener_connections, kAdminOnly);
    if (stats.max_listeners) {
        fields.add("max_listeners", *stats.max_listeners, kAdminOnly);
    } else {
        fields.add("max_listeners", std::string("unlimited"), kAdminOnly);
    }
    fields.add("slow_listeners", stats.slow_listeners, kAdminOnly);
    fields.add("total_bytes_read", stats.total_bytes_read, kAdminOnly);
    fields.add("total_bytes_sent", stats.total_bytes_sent, kAdminOnly);
}

}  // namespace

std::vector<StatsField> global_fields(const GlobalStats& stats) {
    FieldList fields;
    fields.add("admin", stats.admin);
    fields.add("host", stats.host);
    fields.add("location", stats.location);
    fields.add("server_id", stats.server_id);
    fields.add("server_start", http::icecast_date(stats.server_start));
    fields.add("server_start_iso8601", http::iso8601_date(stats.server_start));
    fields.add("client_connections", stats.client_connections, kAdminOnly);
    fields.add("clients", stats.clients, kAdminOnly);
    fields.add("connections", stats.connections, kAdminOnly);
    fields.add("file_connections", stats.file_connections, kAdminOnly);
    fields.add("listener_connections", stats.listener_connections, kAdminOnly);
    fields.add("listeners", stats.listeners, kAdminOnly);
    fields.add("source_client_connections", stats.source_client_connections, kAdminOnly);
    fields.add("source_relay_connections", stats.source_relay_connections, kAdminOnly);
    fields.add("source_total_connections", stats.source_total_connections, kAdminOnly);
    fields.add("sources", stats.sources, kAdminOnly);
    fields.add("stats", stats.stats, kAdminOnly);
    fields.add("stats_connections", stats.stats_connections, kAdminOnly);
    return fields.take();
}

std::vector<StatsField> station_fields(const StationStats& stats) {
    FieldList fields;
    add_description(stats, fields);
    add_counters(stats, fields);
    fields.add("public", std::uint64_t{stats.is_public ? 1U : 0U}, kAdminOnly);
    if (stats.authenticator) {
        fields.add_flag("authenticator", true);
    }
    if (stats.on_demand) {
        fields.add_flag("on_demand", true);
    }
    fields.add_text("source_ip", stats.source_ip, kAdminOnly);
    fields.add_text("user_agent", stats.user_agent, kAdminOnly);
    add_audio_info(stats, fields);
    return fields.take();
}

std::vector<const StationStats*> stations_by_mount(const StatsSnapshot& snapshot) {
    std::vector<const StationStats*> stations;
    stations.reserve(snapshot.stations.size());
    for (const StationStats& station : snapshot.stations) {
        stations.push_back(&station);
    }
    std::sort(stations.begin(), stations.end(),
              [](const auto* a, const auto* b) { return a->mount < b->mount; });
    return stations;
}

}  // namespace ringcast::server::admin

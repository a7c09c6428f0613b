// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>
#include <optional>

#include "loadtest/report.hpp"

namespace ringcast::loadtest {

namespace {

using Json = nlohmann::ordered_json;

double ms(std::int64_t us) {
    return static_cast<double>(us) / 1'000.0;
}

Json to_json(const Histogram& histogram) {
    return {{"count", histogram.count()},
            {"p50", ms(histogram.percentile_us(0.5))},
            {"p90", ms(histogram.percentile_us(0.9))},
            {"p99", ms(histogram.percentile_us(0.99))},
            {"max", ms(histogram.max_us())}};
}

Json to_json(const StreamCounts& counts) {
    return {{"bytes", counts.bytes},
            {"frames", counts.frames},
            {"lead_in_bytes", counts.lead_in_bytes},
            {"gaps", counts.skips},
            {"skipped_frames", counts.skipped_frames},
            {"duplicates", counts.duplicates},
            {"torn_frames", counts.torn_frames},
            {"corruptions", counts.corruptions},
            {"foreign_frames", counts.foreign_frames},
            {"source_changes", counts.source_changes}};
}

Json to_json(const FleetTotals& fleet) {
    return {{"listeners", fleet.listeners},
            {"streamed", fleet.streamed},
            {"failed", fleet.failed},
            {"failures", fleet.failures},
            {"connects", fleet.connects},
            {"left_by_close", fleet.left_by_close},
            {"left_by_reset", fleet.left_by_reset},
            {"left_half_way", fleet.left_half_way},
            {"closed_early", fleet.closed_early},
            {"slow_closed", fleet.slow_closed},
            {"behind", fleet.behind},
            {"mid_frame_starts", fleet.mid_frame_starts},
            {"all_streaming_ms", ms(fleet.all_streaming_us)},
            {"join_ms", to_json(fleet.join)},
            {"latency_ms", to_json(fleet.latency)},
            {"slow_latency_ms", to_json(fleet.slow_latency)},
            {"fast", to_json(fleet.fast)},
            {"slow", to_json(fleet.slow)},
            {"icy",
             {{"wanted", fleet.icy_wanted},
              {"granted", fleet.icy_granted},
              {"blocks", fleet.icy.blocks},
              {"titles", fleet.icy.titles},
              {"early_titles", fleet.icy.early_titles},
              {"malformed_blocks", fleet.icy.malformed_blocks},
              {"wrong_titles", fleet.icy.wrong_titles}}}};
}

Json to_json(const SourceTotals& sources) {
    return {{"sources", sources.sources},
            {"logins", sources.logins},
            {"failed_logins", sources.failed_logins},
            {"drops", sources.drops},
            {"disconnects", sources.disconnects},
            {"failures", sources.failures},
            {"frames", sources.frames},
            {"bytes", sources.bytes},
            {"lateness_ms", to_json(sources.lateness)}};
}

template <class T>
Json to_json(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json to_json(const SocketMemory& memory) {
    return {{"sockets", memory.sockets},
            {"queued_bytes", memory.queued_bytes},
            {"received_bytes", memory.received_bytes},
            {"reserve_bytes", memory.reserve_bytes}};
}

Json to_json(const ServerUse& server) {
    return {{"pids", server.pids},
            {"seconds", server.seconds},
            {"cpu_seconds", server.cpu_seconds},
            {"cpu_percent", server.cpu_percent()},
            {"arrived", server.arrived},
            {"delivered_bytes", server.bytes},
            {"cpu_ns_per_byte", to_json(server.cpu_ns_per_byte())},
            {"pss_before_bytes", to_json(server.pss_before)},
            {"pss_after_bytes", to_json(server.pss_after)},
            {"pss_per_listener_bytes", to_json(server.pss_per_listener())},
            {"descriptors_max", to_json(server.descriptors_max)},
            {"sockets_after", server.sockets_after ? to_json(*server.sockets_after) : Json()},
            {"sockets_bytes_max", server.sockets_bytes_max},
            {"socket_bytes_max", server.socket_bytes_max},
            {"notes", server.notes}};
}

/// One list for each quantity, as plotting programs want it; null where it was not measured.
Json to_json(const std::vector<SeriesPoint>& points) {
    Json series = Json::object();
    const auto column = [&](const char* name, auto value_of) {
        Json& values = series[name] = Json::array();
        for (const SeriesPoint& point : points) {
            values.push_back(value_of(point));
        }
    };
    const auto of_server = [&](const char* name, auto value_of) {
        column(name, [&](const SeriesPoint& point) {
            return point.server ? Json(value_of(*point.server)) : Json(nullptr);
        });
    };
    column("seconds", [](const SeriesPoint& point) { return point.seconds; });
    column("opened", [](const SeriesPoint& point) { return point.opened; });
    column("streaming", [](const SeriesPoint& point) { return point.streaming; });
    column("failed", [](const SeriesPoint& point) { return point.failed; });
    column("left", [](const SeriesPoint& point) { return point.left; });
    column("gaps", [](const SeriesPoint& point) { return point.gaps; });
    column("bytes", [](const SeriesPoint& point) { return point.bytes; });
    column("tool_cpu_seconds", [](const SeriesPoint& point) { return point.tool_cpu_seconds; });
    if (!points.empty() && points.front().server) {
        of_server("server_cpu_seconds", [](const ServerSample& at) { return at.cpu_seconds; });
        of_server("server_pss_bytes", [](const ServerSample& at) { return to_json(at.pss_bytes); });
        of_server("server_descriptors",
                  [](const ServerSample& at) { return to_json(at.descriptors); });
        of_server("server_socket_bytes", [](const ServerSample& at) {
            return at.sockets ? Json(at.sockets->total_bytes()) : Json(nullptr);
        });
    }
    return series;
}

Json to_json(const MachineFacts& machine) {
    return {{"kernel", machine.kernel},
            {"processor", machine.processor},
            {"cores", machine.cores},
            {"memory_bytes", machine.memory_bytes},
            {"congestion_control", machine.congestion_control},
            {"date", machine.date}};
}

}  // namespace

std::string json(const RunResult& result, const std::vector<std::string>& faults) {
    Json report{{"tool", "ringcast-load"},
                {"version", RINGCAST_VERSION},
                {"command", result.command},
                {"command_line", result.command_line},
                {"machine", to_json(result.machine)},
                {"passed", faults.empty()},
                {"faults", faults},
                {"seconds", result.seconds},
                {"cpu_seconds", result.cpu_seconds},
                {"limits", result.limits()}};
    if (result.fleet) {
        report["listeners"] = to_json(*result.fleet);
    }
    if (result.sources) {
        report["sources"] = to_json(*result.sources);
    }
    if (result.titles) {
        report["titles"] = {{"set", result.titles->set},
                            {"failed", result.titles->failed},
                            {"failures", result.titles->failures}};
    }
    if (result.server) {
        report["server"] = to_json(*result.server);
    }
    report["series"] = to_json(result.series);
    // What servers say stands in `failures`, and need not be UTF-8.
    return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/audience.hpp"

#include <signal.h>

#include <algorithm>
#include <stdexcept>

#include "tests/support/process_stats.hpp"
#include "tests/support/socket_census.hpp"

namespace ringcast::tests::bench {

namespace {

constexpr const char* kMount = "/bench-{}";
constexpr support::seconds kOnAirPatience{30};
/// To close thousands of connections and write the report.
constexpr support::seconds kReportPatience{60};

std::vector<std::string> source_command(const RunningServer& server, const Contender& contender,
                                        const Stream& stream) {
    return {"source", "--port",     std::to_string(server.port()),      "--mount",
            kMount,   "--stations", std::to_string(contender.stations), "--login",
            "put",    "--bitrate",  std::to_string(stream.kbps)};
}

std::vector<std::string> listen_command(const RunningServer& server,
                                        const AudienceOptions& options) {
    std::vector<std::string> command{
        "listen",      "http://127.0.0.1:" + std::to_string(server.port()) + kMount,
        "--stations",  std::to_string(options.stations),
        "--listeners", std::to_string(options.listeners),
        "--ramp",      std::to_string(options.ramp_per_s),
        "--icy",       options.icy ? "1" : "0"};
    if (options.slow_bytes_per_s > 0) {
        command.insert(command.end(),
                       {"--slow", "1", "--slow-rate", std::to_string(options.slow_bytes_per_s)});
    }
    if (!options.from.empty()) {
        command.insert(command.end(), {"--from", options.from});
    }
    return command;
}

AudienceReport read(const nlohmann::json& listeners) {
    const auto& fast = listeners.at("fast");
    const auto& slow = listeners.at("slow");
    const auto both = [&](const char* key) {
        return fast.at(key).get<std::uint64_t>() + slow.at(key).get<std::uint64_t>();
    };
    // Where a slow reader is skipped, the frame that its socket had begun may be torn.
    const auto torn_slow =
        std::min(slow.at("torn_frames").get<std::uint64_t>(), slow.at("gaps").get<std::uint64_t>());
    const auto& latency = listeners.at("latency_ms");
    return {.failed = listeners.at("failed"),
            .closed = listeners.at("closed_early").get<std::uint64_t>() +
                      listeners.at("slow_closed").get<std::uint64_t>(),
            .gaps = both("gaps"),
            .wrong = both("duplicates") + both("torn_frames") - torn_slow + both("corruptions") +
                     both("foreign_frames"),
            .all_streaming_ms = listeners.at("all_streaming_ms"),
            .latency_p50_ms = latency.at("p50"),
            .latency_p99_ms = latency.at("p99"),
            .latency_max_ms = latency.at("max")};
}

}  // namespace

Sources::Sources(const RunningServer& server, const Contender& contender, const Stream& stream)
    : tool_(source_command(server, contender, stream)) {
    const std::uint64_t wanted = stream.burst_bytes() + stream.bytes_per_s() / 4;
    const auto all_on_air = [&] {
        const auto connections = support::connections_of(server.port());
        return std::count_if(connections.begin(), connections.end(), [wanted](const auto& facts) {
                   return facts.bytes_received >= wanted;
               }) >= static_cast<std::ptrdiff_t>(contender.stations);
    };
    if (!support::eventually(all_on_air, kOnAirPatience)) {
        throw std::runtime_error(contender.name +
                                 ": the sources are not on the air: " + tool_.process().errors());
    }
}

void AudienceReport::add(const AudienceReport& other) {
    failed += other.failed;
    closed += other.closed;
    gaps += other.gaps;
    wrong += other.wrong;
    all_streaming_ms = std::max(all_streaming_ms, other.all_streaming_ms);
    latency_p50_ms = std::max(latency_p50_ms, other.latency_p50_ms);
    latency_p99_ms = std::max(latency_p99_ms, other.latency_p99_ms);
    latency_max_ms = std::max(latency_max_ms, other.latency_max_ms);
}

Audience::Audience(const RunningServer& server, const AudienceOptions& options)
    : tool_(listen_command(server, options)) {
}

AudienceReport Audience::stop() {
    tool_.process().send_signal(SIGINT);
    const support::LoadReport report = tool_.finish(kReportPatience);
    if (report.json.is_null()) {
        throw std::runtime_error("ringcast-load could not run: " + report.text);
    }
    return read(report.json.at("listeners"));
}

std::chrono::nanoseconds Audience::cpu_time() {
    return support::cpu_time_of_family(tool_.process().pid());
}

}  // namespace ringcast::tests::bench

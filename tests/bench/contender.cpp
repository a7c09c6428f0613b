// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/contender.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/support/wire_client.hpp"

namespace ringcast::tests::bench {

namespace {

constexpr const char* kIcecast = "/usr/bin/icecast2";
constexpr support::milliseconds kStartPatience{15'000};
/// Ringcast's default ring; Icecast's queue may grow as long.
constexpr std::uint32_t kQueueBytes = 1024 * 1024;

std::string ringcast_config(const Contender& contender, const Stream& stream, std::uint16_t port) {
    nlohmann::json config{{"server", {{"workers", contender.workers}}},
                          {"listen", {{{"address", "127.0.0.1"}, {"port", port}}}},
                          {"log", {{"level", "warn"}}},
                          {"auth", {{"source", {{"user", "source"}, {"password", "hackme"}}}}},
                          {"station_defaults", {{"burst", std::to_string(stream.burst_ms) + "ms"}}},
                          {"dynamic_stations", false}};
    if (contender.interval_ms > 0) {
        config["station_defaults"]["delivery"] = std::to_string(contender.interval_ms) + "ms";
    }
    if (contender.metaint > 0) {
        config["station_defaults"]["metaint"] = contender.metaint;
    }
    for (std::uint32_t i = 1; i <= contender.stations; ++i) {
        config["stations"].push_back({{"mount", "/bench-" + std::to_string(i)}});
    }
    return config.dump(2);
}

std::string icecast_config(const Contender& contender, const Stream& stream, std::uint16_t port,
                           const std::string& log_folder) {
    const auto element = [](const std::string& name, const std::string& content) {
        return "<" + name + ">" + content + "</" + name + ">\n";
    };
    return element(
        "icecast",
        element("hostname", "localhost") +
            element("limits", element("clients", "200000") +
                                  element("sources", std::to_string(contender.stations + 10)) +
                                  element("queue-size", std::to_string(kQueueBytes)) +
                                  element("burst-size", std::to_string(stream.burst_bytes()))) +
            element("authentication", element("source-password", "hackme") +
                                          element("admin-user", "admin") +
                                          element("admin-password", "hackme")) +
            element("listen-socket",
                    element("port", std::to_string(port)) + element("bind-address", "127.0.0.1")) +
            element("fileserve", "0") +
            element("paths", element("basedir", "/usr/share/icecast2") +
                                 element("logdir", log_folder) +
                                 element("webroot", "/usr/share/icecast2/web") +
                                 element("adminroot", "/usr/share/icecast2/admin")) +
            element("logging", element("accesslog", "access.log") +
                                   element("errorlog", "error.log") + element("loglevel", "1")));
}

std::vector<std::string> floor_command(const Contender& contender, const Stream& stream,
                                       std::uint16_t port) {
    const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
    return {RINGCAST_FLOOR_BINARY,
            "--port",
            std::to_string(port),
            "--workers",
            std::to_string(contender.workers == 0 ? cores : contender.workers),
            "--burst-bytes",
            std::to_string(stream.burst_bytes()),
            "--bitrate",
            std::to_string(stream.kbps),
            "--interval-ms",
            std::to_string(contender.interval_ms),
            "--metaint",
            std::to_string(contender.metaint)};
}

/// Children inherit the limit; Ringcast and ringcast-load raise it themselves, the others do not.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

std::vector<std::string> command(const Contender& contender, const Stream& stream,
                                 std::uint16_t port, const support::TempDir& dir) {
    raise_descriptor_limit();
    const std::string file = dir.file("config").string();
    switch (contender.program) {
        case Program::Ringcast:
            support::write_file(file, ringcast_config(contender, stream, port));
            return {support::ringcast_binary(), "serve", "--config", file};
        case Program::Icecast:
            support::write_file(file, icecast_config(contender, stream, port, dir.path().string()));
            return {kIcecast, "-c", file};
        case Program::Floor:
            return floor_command(contender, stream, port);
    }
    return {};
}

bool listens(std::uint16_t port) {
    try {
        const support::WireClient wire(port);
        return true;
    } catch (const support::WireError&) {
        return false;
    }
}

}  // namespace

bool icecast_is_installed() {
    return std::filesystem::exists(kIcecast);
}

double arrivals_per_s(Program program) {
    return program == Program::Icecast ? 250 : 2'500;
}

RunningServer::RunningServer(const Contender& contender, const Stream& stream)
    : process_(command(contender, stream, reservation_.port(), dir_),
               {.unprivileged = contender.program == Program::Icecast}) {
    const bool up = support::eventually(
        [this] { return !process_.running() || listens(reservation_.port()); }, kStartPatience);
    if (!up || !process_.running()) {
        throw std::runtime_error(contender.name + " does not come up: " + process_.output() +
                                 process_.errors());
    }
}

}  // namespace ringcast::tests::bench

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/arguments.hpp"

#include <CLI/CLI.hpp>
#include <map>
#include <utility>

#include "loadtest/source_addresses.hpp"
#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::uint32_t kStationsMax = 1'000;

void add_common_options(CLI::App& command, Arguments& to) {
    command.add_option("--stations", to.stations.count, "mounts, where the path has {} for each")
        ->check(CLI::Range(1U, kStationsMax));
    command.add_option("--first-station", to.stations.first, "number of the first station")
        ->check(CLI::Range(0U, kStationMax - kStationsMax));
    command.add_option("--json", to.json_file, "also write the report as JSON to this file");
}

void add_source_options(CLI::App& command, Arguments& to) {
    const std::map<std::string, LoginKind> kinds{{"put-expect", LoginKind::PutExpect},
                                                 {"put", LoginKind::Put},
                                                 {"source", LoginKind::Source},
                                                 {"shoutcast", LoginKind::Shoutcast}};
    command.add_option("--host", to.host, "server")->capture_default_str();
    command.add_option("--port", to.port, "port; SHOUTcast sources log in one above")
        ->capture_default_str();
    command.add_option("--mount", to.mount, "mount; {} stands for the station's number")
        ->capture_default_str();
    command
        .add_option_function<std::string>(
            "--login", [&to, kinds](const std::string& name) { to.login.kind = kinds.at(name); },
            "put-expect, put, source or shoutcast")
        ->check(CLI::IsMember({"put-expect", "put", "source", "shoutcast"}).description(""));
    command.add_option("--user", to.login.user, "user of the sources")->capture_default_str();
    command.add_option("--password", to.login.password, "password")->capture_default_str();
    const std::map<std::string, FormatKind> formats{
        {"mp3", FormatKind::Mp3}, {"aac", FormatKind::Aac}, {"ogg", FormatKind::Ogg}};
    command
        .add_option_function<std::string>(
            "--format", [&to, formats](const std::string& name) { to.format = formats.at(name); },
            "mp3, aac (ADTS) or ogg (Opus); listeners go by the Content-Type")
        ->check(CLI::IsMember({"mp3", "aac", "ogg"}).description(""));
    command.add_option("--bitrate", to.kbps, "kbit/s, one of MPEG-1 layer III")
        ->capture_default_str();
    command.add_option("--write-bytes", to.write_bytes, "largest single write (0: what is due)");
    command.add_option("--burst-ms", to.burst_ms, "write only this often (0: each frame when due)");
    command.add_option("--title-every", to.title_every_s, "new title every so many seconds");
    command.add_option("--reconnect-every", to.reconnect_every_s,
                       "drop the connection in mid-frame every so many seconds");
}

void add_fleet_options(CLI::App& command, Arguments& to) {
    command.add_option("--listeners", to.listeners, "how many")->check(CLI::PositiveNumber);
    command.add_option("--ramp", to.ramp_per_s, "new listeners a second (0: all at once)")
        ->check(CLI::NonNegativeNumber);
    command.add_option("--icy", to.icy_fraction, "fraction that asks for metadata")
        ->check(CLI::Range(0.0, 1.0));
    command.add_option("--slow", to.slow_fraction, "fraction that reads slowly")
        ->check(CLI::Range(0.0, 1.0));
    command.add_option("--slow-rate", to.slow_bytes_per_s, "bytes a second that slow ones read")
        ->check(CLI::Range(1U, 10'000'000U))
        ->capture_default_str();
    command
        .add_option("--churn", to.churn_per_s,
                    "listeners a second that leave, and others come in their place")
        ->check(CLI::Range(0.0, 100'000.0));
    command.add_option("--agent", to.agent, "User-Agent of the listeners")->capture_default_str();
    command.add_option("--from", to.from, "source addresses, dealt in turn (127.0.0.2,127.0.0.3)")
        ->delimiter(',');
    command
        .add_option("--processes", to.processes,
                    "processes for the listeners (0: as many as their descriptors need)")
        ->check(CLI::Range(0U, 256U));
    command.add_option("--threads", to.threads, "threads of each process for the listeners")
        ->check(CLI::Range(1U, 256U));
    command.add_flag("--strict", to.strict,
                     "also fail on streams that begin in mid-frame and on early titles");
}

core::Error invalid(std::string what) {
    return {core::Errc::System, std::move(what)};
}

core::Result<SourcePlan> make_sources(const Arguments& from) {
    if (!valid_bitrate(from.kbps)) {
        return invalid("--bitrate is none of MPEG-1 layer III: " + std::to_string(from.kbps));
    }
    if (from.stations.count > 1 && from.mount.find("{}") == std::string::npos) {
        return invalid("--mount needs {} for the numbers of several stations: " + from.mount);
    }
    if (!from.mount.starts_with('/') || from.port == 65'535) {
        return invalid("--mount begins with '/', and --port is at most 65534");
    }
    const FormatTraits& format = frame_format(from.format).traits();
    if (from.title_every_s > 0 && !format.icy) {
        return invalid("--title-every: " + std::string(format.name) + " has no ICY titles");
    }
    auto targets = make_targets(from.host, from.port, from.mount, from.stations);
    const auto login_address = resolve(from.host, static_cast<std::uint16_t>(from.port + 1));
    if (!targets || !login_address) {
        return targets ? login_address.error() : targets.error();
    }
    SourcePlan plan;
    plan.targets = std::move(*targets);
    plan.options.login = from.login;
    plan.options.login.content_type = format.content_type;
    plan.options.login.sample_rate = static_cast<std::uint32_t>(format.sample_rate);
    plan.options.login_address = *login_address;
    plan.options.format = from.format;
    plan.options.kbps = from.kbps;
    plan.options.write_bytes = from.write_bytes;
    plan.options.burst_us = std::int64_t{from.burst_ms} * 1'000;
    plan.options.reconnect_every_us = static_cast<std::int64_t>(from.reconnect_every_s * 1e6);
    plan.title_every_us = static_cast<std::int64_t>(from.title_every_s * 1e6);
    return plan;
}

core::Result<FleetOptions> make_fleet(const Arguments& from, std::vector<Target> targets) {
    FleetOptions fleet;
    fleet.targets = std::move(targets);
    fleet.listeners = from.listeners;
    fleet.ramp_per_s = from.ramp_per_s;
    fleet.icy_fraction = from.icy_fraction;
    fleet.slow_fraction = from.slow_fraction;
    fleet.slow_bytes_per_s = from.slow_bytes_per_s;
    fleet.churn_per_s = from.churn_per_s;
    fleet.agent = from.agent;
    fleet.processes = from.processes;
    fleet.threads = from.threads;
    for (const std::string& name : from.from) {
        const auto address = resolve(name, 0);
        if (!address) {
            return address.error();
        }
        fleet.from.push_back(*address);
    }
    for (const std::string& url : from.urls) {
        const auto more = parse_url(url, from.stations);
        if (!more) {
            return more.error();
        }
        fleet.targets.insert(fleet.targets.end(), more->begin(), more->end());
    }
    auto source = source_addresses(fleet, local_ports());
    if (!source) {
        return source.error();
    }
    fleet.from = std::move(*source);
    return fleet;
}

}  // namespace

std::optional<int> parse_arguments(int argc, char** argv, Arguments& arguments) {
    CLI::App app("Load generator for Icecast-compatible servers that verifies every byte.");
    app.require_subcommand(1);
    app.set_version_flag("--version", "ringcast-load " RINGCAST_VERSION);

    CLI::App* source = app.add_subcommand("source", "put synthetic stations on the air");
    add_common_options(*source, arguments);
    add_source_options(*source, arguments);
    source->add_option("--seconds", arguments.seconds, "how long (0: until interrupted)");
    source->callback([&arguments] { arguments.command = Command::Source; });

    CLI::App* listen = app.add_subcommand("listen", "listen to synthetic stations and verify");
    add_common_options(*listen, arguments);
    add_fleet_options(*listen, arguments);
    listen->add_option("urls", arguments.urls, "http://host:port/mount, dealt in turn")->required();
    listen->add_option("--seconds", arguments.seconds, "how long after the ramp (0: no end)");
    listen->callback([&arguments] { arguments.command = Command::Listen; });

    CLI::App* check = app.add_subcommand("check", "sources and listeners together");
    add_common_options(*check, arguments);
    add_source_options(*check, arguments);
    add_fleet_options(*check, arguments);
    check->add_option("--seconds", arguments.seconds, "how long after the ramp")
        ->required()
        ->check(CLI::PositiveNumber);
    check->callback([&arguments] { arguments.command = Command::Check; });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        constexpr int kWrongUsage = 2;
        return app.exit(error) == 0 ? 0 : kWrongUsage;
    }
    return std::nullopt;
}

core::Result<RunPlan> make_plan(const Arguments& arguments) {
    RunPlan plan;
    plan.seconds = arguments.seconds;
    std::vector<Target> fleet_targets;
    switch (arguments.command) {
        case Command::Source:
            plan.command = "source";
            break;
        case Command::Listen:
            plan.command = "listen";
            break;
        case Command::Check:
            plan.command = "check";
            break;
    }
    if (arguments.command != Command::Listen) {
        auto sources = make_sources(arguments);
        if (!sources) {
            return sources.error();
        }
        fleet_targets = sources->targets;
        plan.sources = std::move(*sources);
    }
    if (arguments.command != Command::Source) {
        auto fleet = make_fleet(arguments, std::move(fleet_targets));
        if (!fleet) {
            return fleet.error();
        }
        plan.fleet = std::move(*fleet);
    }
    return plan;
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/arguments.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <span>

#include "loadtest/command_line.hpp"
#include "loadtest/scenario_file.hpp"
#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

namespace {

void add_report_options(CLI::App& command, Arguments& to) {
    command.add_option("--server-pid", to.server_pids, "processes of the server, to be watched")
        ->delimiter(',')
        ->check(CLI::Range(1, INT32_MAX).description(""));
    command.add_option("--html", to.html_file, "also write the report as a page, with charts");
    command.add_option("--json", to.json_file, "also write the report as JSON to this file");
}

void add_host_options(CLI::App& command, Arguments& to) {
    command.add_option("--host", to.host, "server (127.0.0.1)");
    command.add_option("--port", to.port, "port (8000); SHOUTcast sources log in one above");
}

void add_station_options(CLI::App& command, Arguments& to) {
    command.add_option("--stations", to.stations.count, "mounts, where the path has {} for each")
        ->check(CLI::Range(1U, kStationsMax));
    command.add_option("--first-station", to.stations.first, "number of the first station")
        ->check(CLI::Range(0U, kStationMax - kStationsMax));
}

void add_source_options(CLI::App& command, SourceSpec& to) {
    command.add_option("--mount", to.mount, "mount; {} stands for the station's number")
        ->capture_default_str();
    command
        .add_option_function<std::string>(
            "--login",
            [&to](const std::string& name) {
                const auto at = std::ranges::find(login_names(), name) - login_names().begin();
                to.login.kind = static_cast<LoginKind>(at);
            },
            "put-expect, put, source or shoutcast")
        ->check(CLI::IsMember(login_names()).description(""));
    command.add_option("--user", to.login.user, "user of the sources")->capture_default_str();
    command.add_option("--password", to.login.password, "password")->capture_default_str();
    command
        .add_option_function<std::string>(
            "--format",
            [&to](const std::string& name) {
                const auto at = std::ranges::find(format_names(), name) - format_names().begin();
                to.format = static_cast<FormatKind>(at);
            },
            "mp3, aac (ADTS) or ogg (Opus); listeners go by the Content-Type")
        ->check(CLI::IsMember(format_names()).description(""));
    command.add_option("--bitrate", to.kbps, "kbit/s, one of MPEG-1 layer III")
        ->capture_default_str();
    command.add_option("--write-bytes", to.write_bytes, "largest single write (0: what is due)");
    command.add_option("--burst-ms", to.burst_ms, "write only this often (0: each frame when due)");
    command.add_option("--title-every", to.title_every_s, "new title every so many seconds");
    command.add_option("--reconnect-every", to.reconnect_every_s,
                       "drop the connection in mid-frame every so many seconds");
}

void add_fleet_options(CLI::App& command, ListenerSpec& to) {
    command.add_option("--listeners", to.count, "how many")->check(CLI::PositiveNumber);
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
        ->check(CLI::Range(0.0, kChurnPerSecondMax));
    command.add_option("--agent", to.agent, "User-Agent of the listeners")->capture_default_str();
    command.add_option("--from", to.from, "source addresses, dealt in turn (127.0.0.2,127.0.0.3)")
        ->delimiter(',');
    command
        .add_option("--processes", to.processes,
                    "processes for the listeners (0: as many as their descriptors need)")
        ->check(CLI::Range(0U, kProcessesMax));
    command.add_option("--threads", to.threads, "threads of each process for the listeners")
        ->check(CLI::Range(1U, 256U));
}

void add_strict_option(CLI::App& command, Arguments& to) {
    command.add_flag("--strict", to.strict,
                     "also fail on streams that begin in mid-frame and on early titles");
}

void add_source(CLI::App& app, Arguments& to) {
    CLI::App* source = app.add_subcommand("source", "put synthetic stations on the air");
    add_report_options(*source, to);
    add_host_options(*source, to);
    add_station_options(*source, to);
    add_source_options(*source, to.source);
    source->add_option("--seconds", to.seconds, "how long (0: until interrupted)");
    source->callback([&to] { to.command = Command::Source; });
}

void add_listen(CLI::App& app, Arguments& to) {
    CLI::App* listen = app.add_subcommand("listen", "listen to synthetic stations and verify");
    add_report_options(*listen, to);
    add_station_options(*listen, to);
    add_fleet_options(*listen, to.listeners);
    add_strict_option(*listen, to);
    listen->add_option("urls", to.listeners.urls, "http[s]://host:port/mount, dealt in turn")
        ->required();
    listen->add_option("--seconds", to.seconds, "how long after the ramp (0: no end)");
    listen->callback([&to] { to.command = Command::Listen; });
}

void add_check(CLI::App& app, Arguments& to) {
    CLI::App* check = app.add_subcommand("check", "sources and listeners together");
    add_report_options(*check, to);
    add_host_options(*check, to);
    add_station_options(*check, to);
    add_source_options(*check, to.source);
    add_fleet_options(*check, to.listeners);
    add_strict_option(*check, to);
    check->add_option("--seconds", to.seconds, "how long after the ramp")
        ->required()
        ->check(CLI::PositiveNumber);
    check->callback([&to] { to.command = Command::Check; });
}

void add_run(CLI::App& app, Arguments& to) {
    CLI::App* run = app.add_subcommand("run", "carry out a scenario file and judge the result");
    add_report_options(*run, to);
    add_host_options(*run, to);
    run->add_option("file", to.scenario_file, "the scenario, as docs/load_testing.md describes it")
        ->required();
    run->callback([&to] { to.command = Command::Run; });
}

core::Result<Scenario> scenario_of_file(const Arguments& from) {
    auto scenario = load_scenario(from.scenario_file);
    if (!scenario) {
        return scenario;
    }
    scenario->command_line = from.command_line;
    // What differs from run to run may be given beside the file.
    scenario->host = from.host.value_or(scenario->host);
    scenario->port = from.port.value_or(scenario->port);
    if (!from.server_pids.empty()) {
        scenario->server_pids = from.server_pids;
    }
    return scenario;
}

}  // namespace

std::optional<int> parse_arguments(int argc, char** argv, Arguments& arguments) {
    arguments.command_line = shown_command_line(std::span(argv, static_cast<std::size_t>(argc)));
    CLI::App app("Load generator for Icecast-compatible servers that verifies every byte.");
    app.require_subcommand(1);
    app.set_version_flag("--version", "ringcast-load " RINGCAST_VERSION);

    add_source(app, arguments);
    add_listen(app, arguments);
    add_check(app, arguments);
    add_run(app, arguments);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        constexpr int kWrongUsage = 2;
        return app.exit(error) == 0 ? 0 : kWrongUsage;
    }
    return std::nullopt;
}

core::Result<Scenario> make_scenario(const Arguments& arguments) {
    if (arguments.command == Command::Run) {
        return scenario_of_file(arguments);
    }
    Scenario scenario;
    scenario.command_line = arguments.command_line;
    scenario.host = arguments.host.value_or(scenario.host);
    scenario.port = arguments.port.value_or(scenario.port);
    scenario.seconds = arguments.seconds;
    scenario.server_pids = arguments.server_pids;
    scenario.judgement.strict = arguments.strict;
    SourceSpec source = arguments.source;
    source.stations = arguments.stations;
    ListenerSpec listeners = arguments.listeners;
    listeners.stations = arguments.stations;
    switch (arguments.command) {
        case Command::Source:
            scenario.command = "source";
            scenario.sources = {source};
            break;
        case Command::Listen:
            scenario.command = "listen";
            scenario.listeners = {listeners};
            break;
        case Command::Check:
            scenario.command = "check";
            listeners.mount = source.mount;
            scenario.sources = {source};
            scenario.listeners = {listeners};
            break;
        case Command::Run:
            break;
    }
    return scenario;
}

}  // namespace ringcast::loadtest

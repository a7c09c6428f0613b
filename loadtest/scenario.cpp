// SPDX-License-Identifier: Apache-2.0
#include "loadtest/scenario.hpp"

#include <algorithm>
#include <utility>

#include "loadtest/source_addresses.hpp"

namespace ringcast::loadtest {

namespace {

core::Error invalid(std::string what) {
    return {core::Errc::System, std::move(what)};
}

std::string place(const char* list, std::size_t index) {
    return std::string(list) + "[" + std::to_string(index) + "]: ";
}

core::Result<SourcePlan> make_sources(const Scenario& scenario, const SourceSpec& spec) {
    if (!valid_bitrate(spec.kbps)) {
        return invalid("the bitrate is none of MPEG-1 layer III: " + std::to_string(spec.kbps));
    }
    if (spec.stations.count > 1 && spec.mount.find("{}") == std::string::npos) {
        return invalid("the mount needs {} for the numbers of several stations: " + spec.mount);
    }
    if (!spec.mount.starts_with('/') || scenario.port == 65'535) {
        return invalid("a mount begins with '/', and the port is at most 65534");
    }
    const FormatTraits& format = frame_format(spec.format).traits();
    if (spec.title_every_s > 0 && !format.icy) {
        return invalid(std::string(format.name) + " has no ICY titles");
    }
    auto targets = make_targets(scenario.host, scenario.port, spec.mount, spec.stations);
    const auto login_address =
        resolve(scenario.host, static_cast<std::uint16_t>(scenario.port + 1));
    if (!targets || !login_address) {
        return targets ? login_address.error() : targets.error();
    }
    SourcePlan plan;
    plan.targets = std::move(*targets);
    plan.options.login = spec.login;
    plan.options.login.content_type = format.content_type;
    plan.options.login.sample_rate = static_cast<std::uint32_t>(format.sample_rate);
    plan.options.login_address = *login_address;
    plan.options.format = spec.format;
    plan.options.kbps = spec.kbps;
    plan.options.write_bytes = spec.write_bytes;
    plan.options.burst_us = std::int64_t{spec.burst_ms} * 1'000;
    plan.options.reconnect_every_us = static_cast<std::int64_t>(spec.reconnect_every_s * 1e6);
    plan.title_every_us = static_cast<std::int64_t>(spec.title_every_s * 1e6);
    return plan;
}

/// The mount's targets, each with the station that is expected there.
core::Result<std::vector<Target>> mount_targets(const Scenario& scenario,
                                                const ListenerSpec& spec) {
    if (!spec.mount.starts_with('/')) {
        return invalid("a mount begins with '/': " + spec.mount);
    }
    const auto source = std::ranges::find(scenario.sources, spec.mount, &SourceSpec::mount);
    const bool known = spec.stations.has_value() || source != scenario.sources.end();
    if (!known && spec.mount.find("{}") != std::string::npos) {
        return invalid("no source has this mount, so say how many stations it has: " + spec.mount);
    }
    const StationRange stations = spec.stations ? *spec.stations
                                  : known       ? source->stations
                                                : StationRange{};
    auto targets = make_targets(scenario.host, scenario.port, spec.mount, stations);
    if (targets && !known) {
        targets->front().station.reset();
    }
    return targets;
}

core::Result<FleetOptions> make_fleet(const Scenario& scenario, const ListenerSpec& spec) {
    FleetOptions fleet;
    fleet.listeners = spec.count;
    fleet.ramp_per_s = spec.ramp_per_s;
    fleet.icy_fraction = spec.icy_fraction;
    fleet.slow_fraction = spec.slow_fraction;
    fleet.slow_bytes_per_s = spec.slow_bytes_per_s;
    fleet.churn_per_s = spec.churn_per_s;
    fleet.agent = spec.agent;
    fleet.processes = spec.processes;
    fleet.threads = spec.threads;
    if (!spec.mount.empty()) {
        auto targets = mount_targets(scenario, spec);
        if (!targets) {
            return targets.error();
        }
        fleet.targets = std::move(*targets);
    }
    for (const std::string& url : spec.urls) {
        const auto more = parse_url(url, spec.stations.value_or(StationRange{}));
        if (!more) {
            return more.error();
        }
        fleet.targets.insert(fleet.targets.end(), more->begin(), more->end());
    }
    if (fleet.targets.empty()) {
        return invalid("listeners need a mount or urls");
    }
    for (const std::string& name : spec.from) {
        const auto address = resolve(name, 0);
        if (!address) {
            return address.error();
        }
        fleet.from.push_back(*address);
    }
    return fleet;
}

}  // namespace

const std::vector<std::string>& login_names() {
    static const std::vector<std::string> kNames{"put-expect", "put", "source", "shoutcast"};
    return kNames;
}

const std::vector<std::string>& format_names() {
    static const std::vector<std::string> kNames = [] {
        std::vector<std::string> names;
        for (const auto kind : {FormatKind::Mp3, FormatKind::Aac, FormatKind::Ogg}) {
            names.emplace_back(frame_format(kind).traits().name);
        }
        return names;
    }();
    return kNames;
}

core::Result<RunPlan> make_plan(const Scenario& scenario) {
    RunPlan plan;
    plan.command = scenario.command;
    plan.command_line = scenario.command_line;
    plan.seconds = scenario.seconds;
    plan.server_pids = scenario.server_pids;
    for (std::size_t i = 0; i < scenario.sources.size(); ++i) {
        auto sources = make_sources(scenario, scenario.sources[i]);
        if (!sources) {
            return invalid(place("sources", i) + sources.error().message);
        }
        plan.sources.push_back(std::move(*sources));
    }
    for (std::size_t i = 0; i < scenario.listeners.size(); ++i) {
        auto fleet = make_fleet(scenario, scenario.listeners[i]);
        if (!fleet) {
            return invalid(place("listeners", i) + fleet.error().message);
        }
        plan.fleets.push_back(std::move(*fleet));
    }
    if (auto error = deal_source_addresses(plan.fleets, local_ports())) {
        return std::move(*error);
    }
    return plan;
}

}  // namespace ringcast::loadtest

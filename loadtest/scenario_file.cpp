// SPDX-License-Identifier: Apache-2.0
#include "loadtest/scenario_file.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "loadtest/json_object.hpp"
#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

namespace {

using nlohmann::json;

constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;
constexpr std::size_t kGroupsMax = 64;
constexpr std::size_t kListenersMax = 1'000'000;
constexpr double kSecondsMax = 30.0 * 24 * 3'600;
constexpr std::uint32_t kBurstMsMax = 60'000;
constexpr std::size_t kWriteBytesMax = 65'536;
constexpr double kThresholdMax = 1e15;

/// Remembers the keys of each object that is open, as nlohmann keeps only the last of two equals.
class DuplicateKeys {
  public:
    bool see(json::parse_event_t event, const json& parsed, Complaints& complaints) {
        if (event == json::parse_event_t::object_start) {
            open_.emplace_back();
        } else if (event == json::parse_event_t::object_end) {
            open_.pop_back();
        } else if (event == json::parse_event_t::key &&
                   !open_.back().insert(parsed.get<std::string>()).second) {
            complaints.push_back("the key " + parsed.dump() + " stands twice in one object");
        }
        return true;
    }

  private:
    std::vector<std::set<std::string>> open_;
};

void read_target(JsonObject& from, Scenario& to, Login& login) {
    from.text("host", to.host);
    from.number<std::uint16_t>("port", to.port, 1, UINT16_MAX);
    from.text("user", login.user);
    from.text("password", login.password);
}

void read_stations(JsonObject& from, StationRange& to) {
    from.number<std::uint32_t>("stations", to.count, 1, kStationsMax);
    from.number<std::uint32_t>("first_station", to.first, 0, kStationMax - kStationsMax);
}

void read_sources(JsonObject& from, SourceSpec& to) {
    from.text("mount", to.mount);
    read_stations(from, to.stations);
    auto kind = static_cast<std::size_t>(to.login.kind);
    from.choice("login", login_names(), kind);
    to.login.kind = static_cast<LoginKind>(kind);
    from.text("user", to.login.user);
    from.text("password", to.login.password);
    auto format = static_cast<std::size_t>(to.format);
    from.choice("format", format_names(), format);
    to.format = static_cast<FormatKind>(format);
    from.number<std::uint32_t>("kbps", to.kbps, 1, 320);
    from.number<std::size_t>("write_bytes", to.write_bytes, 0, kWriteBytesMax);
    from.number<std::uint32_t>("burst_ms", to.burst_ms, 0, kBurstMsMax);
    from.number("title_every", to.title_every_s, 0.0, kSecondsMax);
    from.number("reconnect_every", to.reconnect_every_s, 0.0, kSecondsMax);
}

void read_listeners(JsonObject& from, ListenerSpec& to) {
    from.text("mount", to.mount);
    from.texts("url", to.urls);
    if (from.find("stations") != nullptr || from.find("first_station") != nullptr) {
        read_stations(from, to.stations.emplace());
    }
    from.texts("from", to.from);
    from.number<std::size_t>("count", to.count, 1, kListenersMax);
    from.number("ramp", to.ramp_per_s, 0.0, 1e6);
    from.number("icy", to.icy_fraction, 0.0, 1.0);
    from.number("slow", to.slow_fraction, 0.0, 1.0);
    from.number<std::uint32_t>("slow_rate", to.slow_bytes_per_s, 1, 10'000'000);
    from.number("churn", to.churn_per_s, 0.0, kChurnPerSecondMax);
    from.text("agent", to.agent);
    from.number<unsigned>("processes", to.processes, 0, kProcessesMax);
    from.number<unsigned>("threads", to.threads, 1, 256);
    if (to.mount.empty() == to.urls.empty()) {
        from.complain("", "must have either a mount or a url");
    }
}

void read_server_pids(JsonObject& from, std::vector<pid_t>& to) {
    const json* value = from.find("server_pid");
    if (value == nullptr) {
        return;
    }
    for (const json& pid : value->is_array() ? *value : json::array({*value})) {
        const auto number = JsonObject::number_in(pid, 1, INT32_MAX, true);
        if (!number) {
            from.complain("server_pid", "must be a process's number, or a list of them");
            return;
        }
        to.push_back(static_cast<pid_t>(*number));
    }
}

void read_thresholds(JsonObject& from, Judgement& to) {
    for (const Check& check : all_checks()) {
        const std::string name(check.name);
        if (from.find(name) != nullptr) {
            from.number(name, to.thresholds[name], 0.0, kThresholdMax);
        }
    }
}

Scenario read_scenario(const json& document, Complaints& complaints) {
    Scenario scenario;
    scenario.command = "run";
    JsonObject root(document, "", complaints);
    SourceSpec like_all;  // what the target says holds for all groups
    root.object("target", [&](JsonObject& at) { read_target(at, scenario, like_all.login); });
    root.objects("sources", kGroupsMax, [&](JsonObject& at) {
        read_sources(at, scenario.sources.emplace_back(like_all));
    });
    root.objects("listeners", kGroupsMax,
                 [&](JsonObject& at) { read_listeners(at, scenario.listeners.emplace_back()); });
    root.number("seconds", scenario.seconds, 0.0, kSecondsMax);
    root.flag("strict", scenario.judgement.strict);
    read_server_pids(root, scenario.server_pids);
    root.object("thresholds", [&](JsonObject& at) { read_thresholds(at, scenario.judgement); });
    if (document.is_object() && scenario.sources.empty() && scenario.listeners.empty()) {
        root.complain("", "must have sources or listeners");
    }
    root.finish();
    return scenario;
}

core::Error joined(const Complaints& complaints) {
    std::string text;
    for (const std::string& complaint : complaints) {
        text += (text.empty() ? "" : "\n") + complaint;
    }
    return {core::Errc::System, std::move(text)};
}

}  // namespace

core::Result<Scenario> parse_scenario(const std::string& text) {
    Complaints complaints;
    DuplicateKeys keys;
    json document;
    try {
        constexpr bool kExceptions = true;
        constexpr bool kIgnoreComments = true;
        document = json::parse(
            text,
            [&](int /*depth*/, json::parse_event_t event, json& parsed) {
                return keys.see(event, parsed, complaints);
            },
            kExceptions, kIgnoreComments);
    } catch (const json::exception& error) {
        return core::Error{core::Errc::System, error.what()};
    }
    Scenario scenario = read_scenario(document, complaints);
    if (!complaints.empty()) {
        return joined(complaints);
    }
    return scenario;
}

core::Result<Scenario> load_scenario(const std::string& file_name) {
    std::ifstream file(file_name, std::ios::binary);
    std::string text(kFileBytesMax + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (!file.is_open() || file.bad() || text.size() > kFileBytesMax) {
        return core::Error{core::Errc::System,
                           file_name + ": cannot be read, or is larger than a mebibyte"};
    }
    auto scenario = parse_scenario(text);
    if (!scenario) {
        return core::Error{core::Errc::System, file_name + ":\n" + scenario.error().message};
    }
    return scenario;
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// What shall be run, in words: filled from the command line or from a scenario file, and then made
// into a plan with addresses.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "loadtest/checks.hpp"
#include "loadtest/endpoint.hpp"
#include "loadtest/run.hpp"
#include "loadtest/source_login.hpp"
#include "loadtest/synthetic_frames.hpp"

namespace ringcast::loadtest {

constexpr std::uint32_t kStationsMax = 1'000;  ///< in one group of sources

/// A group of sources of one kind.
struct SourceSpec {
    std::string mount = "/live";  ///< "{}" stands for the station's number
    StationRange stations;
    Login login;
    FormatKind format = FormatKind::Mp3;
    std::uint32_t kbps = 128;
    std::size_t write_bytes = 0;
    std::uint32_t burst_ms = 0;
    double title_every_s = 0;
    double reconnect_every_s = 0;
};

/// A group of listeners of one kind.
struct ListenerSpec {
    std::string mount;              ///< of the target; empty: only `urls`
    std::vector<std::string> urls;  ///< http://host[:port]/mount, dealt in turn
    /// Which stations are there. Without it: those of the sources on the same mount, or any one.
    std::optional<StationRange> stations;
    std::vector<std::string> from;  ///< source addresses, dealt in turn
    std::size_t count = 1;
    double ramp_per_s = 0;
    double icy_fraction = 0;
    double slow_fraction = 0;
    std::uint32_t slow_bytes_per_s = 8'000;
    double churn_per_s = 0;
    std::string agent = "ringcast-load/" RINGCAST_VERSION;
    unsigned processes = 0;  ///< 0: as many as their descriptors need
    unsigned threads = 1;    ///< of each process
};

struct Scenario {
    std::string command;       ///< which subcommand asked for it
    std::string command_line;  ///< as it may be shown
    std::string host = "127.0.0.1";
    std::uint16_t port = 8000;
    std::vector<SourceSpec> sources;
    std::vector<ListenerSpec> listeners;
    double seconds = 0;  ///< after the ramp; 0: until interrupted
    std::vector<pid_t> server_pids;
    Judgement judgement;
};

/// In the order of LoginKind.
[[nodiscard]] const std::vector<std::string>& login_names();

/// In the order of FormatKind.
[[nodiscard]] const std::vector<std::string>& format_names();

/// Looks all addresses up; an error says which one failed, or what does not fit together, and where
/// ("sources[1]: ...").
[[nodiscard]] core::Result<RunPlan> make_plan(const Scenario& scenario);

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// The command line of ringcast-load, and the scenario that it asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "loadtest/scenario.hpp"

namespace ringcast::loadtest {

enum class Command : std::uint8_t { Source, Listen, Check, Run };

struct Arguments {
    Command command = Command::Check;
    std::string command_line;  ///< as it may be shown
    std::string json_file;
    std::string html_file;
    std::vector<pid_t> server_pids;
    std::optional<std::string> host;
    std::optional<std::uint16_t> port;
    double seconds = 0;

    // source, listen and check
    StationRange stations;
    SourceSpec source;
    ListenerSpec listeners;
    bool strict = false;

    // run
    std::string scenario_file;
};

/// Fills `arguments` from the command line. When there is nothing left to do (--help, or a mistake,
/// which it prints), returns the exit code.
[[nodiscard]] std::optional<int> parse_arguments(int argc, char** argv, Arguments& arguments);

/// What `source`, `listen` and `check` say in options, or `run` in a file.
[[nodiscard]] core::Result<Scenario> make_scenario(const Arguments& arguments);

}  // namespace ringcast::loadtest

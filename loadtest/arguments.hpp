// SPDX-License-Identifier: Apache-2.0
// The command line of ringcast-load, and the plan that it asks for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "loadtest/run.hpp"

namespace ringcast::loadtest {

enum class Command : std::uint8_t { Source, Listen, Check };

struct Arguments {
    Command command = Command::Check;
    double seconds = 0;
    bool strict = false;
    std::string json_file;
    StationRange stations;

    // source and check
    std::string host = "127.0.0.1";
    std::uint16_t port = 8000;
    std::string mount = "/live";
    Login login;
    FormatKind format = FormatKind::Mp3;
    std::uint32_t kbps = 128;
    std::size_t write_bytes = 0;
    std::uint32_t burst_ms = 0;
    double title_every_s = 0;
    double reconnect_every_s = 0;

    // listen and check
    std::vector<std::string> urls;  // listen only
    std::vector<std::string> from;
    std::size_t listeners = 1;
    double ramp_per_s = 0;
    double icy_fraction = 0;
    double slow_fraction = 0;
    std::uint32_t slow_bytes_per_s = 8'000;
    double churn_per_s = 0;
    std::string agent = "ringcast-load/" RINGCAST_VERSION;
    unsigned processes = 0;  // as many as the descriptors ask for
    unsigned threads = 1;
};

/// Fills `arguments` from the command line. When there is nothing left to do (--help, or a mistake,
/// which it prints), returns the exit code.
[[nodiscard]] std::optional<int> parse_arguments(int argc, char** argv, Arguments& arguments);

/// Looks all addresses up; an error says which one failed, or what is out of range.
[[nodiscard]] core::Result<RunPlan> make_plan(const Arguments& arguments);

}  // namespace ringcast::loadtest

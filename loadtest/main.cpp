// SPDX-License-Identifier: Apache-2.0
// ringcast-load: synthetic sources and verifying listeners for any Icecast-compatible server.
// Exit codes: 0 nothing found, 1 faults found, 2 the run could not be made.
#include <fmt/format.h>
#include <signal.h>

#include <cstdio>
#include <exception>
#include <fstream>
#include <string>

#include "loadtest/arguments.hpp"
#include "loadtest/html_report.hpp"
#include "loadtest/report.hpp"
#include "loadtest/run.hpp"

namespace ringcast::loadtest {
namespace {

/// True also when there is no file to write.
bool write_report(const std::string& name, const std::string& text) {
    if (name.empty()) {
        return true;
    }
    std::ofstream file(name);
    if (!(file << text << std::flush)) {
        fmt::print(stderr, "ringcast-load: cannot write {}\n", name);
        return false;
    }
    return true;
}

int run(const Arguments& arguments) {
    const auto scenario = make_scenario(arguments);
    if (!scenario) {
        fmt::print(stderr, "ringcast-load: {}\n", scenario.error().message);
        return 2;
    }
    const auto plan = make_plan(*scenario);
    if (!plan) {
        fmt::print(stderr, "ringcast-load: {}\n", plan.error().message);
        return 2;
    }
    const auto result = execute(*plan);
    if (!result) {
        fmt::print(stderr, "ringcast-load: {}\n", result.error().message);
        return 2;
    }
    const auto faults = find_faults(*result, scenario->judgement);
    fmt::print("{}", table(*result, faults));
    if (!write_report(arguments.json_file, json(*result, faults)) ||
        !write_report(arguments.html_file, html(*result, faults))) {
        return 2;
    }
    return faults.empty() ? 0 : 1;
}

}  // namespace
}  // namespace ringcast::loadtest

int main(int argc, char** argv) {
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to sockets that the peer has closed
    try {
        ringcast::loadtest::Arguments arguments;
        const auto code = ringcast::loadtest::parse_arguments(argc, argv, arguments);
        return code ? *code : ringcast::loadtest::run(arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ringcast-load: %s\n", error.what());
        return 2;
    }
}

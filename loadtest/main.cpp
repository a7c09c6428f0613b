// SPDX-License-Identifier: Apache-2.0
// ringcast-load: synthetic sources and verifying listeners for any Icecast-compatible server.
// Exit codes: 0 nothing found, 1 faults found, 2 the run could not be made.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <fstream>

#include "loadtest/arguments.hpp"
#include "loadtest/run.hpp"

namespace ringcast::loadtest {
namespace {

int run(const Arguments& arguments) {
    const auto plan = make_plan(arguments);
    if (!plan) {
        fmt::print(stderr, "ringcast-load: {}\n", plan.error().message);
        return 2;
    }
    const auto result = execute(*plan);
    if (!result) {
        fmt::print(stderr, "ringcast-load: {}\n", result.error().message);
        return 2;
    }
    const auto faults = find_faults(*result, arguments.strict);
    fmt::print("{}", table(*result, faults));
    if (!arguments.json_file.empty()) {
        std::ofstream file(arguments.json_file);
        if (!(file << json(*result, faults) << std::flush)) {
            fmt::print(stderr, "ringcast-load: cannot write {}\n", arguments.json_file);
            return 2;
        }
    }
    return faults.empty() ? 0 : 1;
}

}  // namespace
}  // namespace ringcast::loadtest

int main(int argc, char** argv) {
    try {
        ringcast::loadtest::Arguments arguments;
        const auto code = ringcast::loadtest::parse_arguments(argc, argv, arguments);
        return code ? *code : ringcast::loadtest::run(arguments);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "ringcast-load: %s\n", error.what());
        return 2;
    }
}

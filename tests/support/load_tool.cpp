// SPDX-License-Identifier: Apache-2.0
#include "tests/support/load_tool.hpp"

#include <signal.h>

#include <stdexcept>
#include <utility>

namespace ringcast::tests::support {
namespace {

std::vector<std::string> command_line(std::vector<std::string> arguments, const TempDir& dir) {
    arguments.insert(arguments.begin(), ringcast_load_binary());
    arguments.insert(arguments.end(), {"--json", dir.file("report.json").string()});
    return arguments;
}

}  // namespace

std::string ringcast_load_binary() {
    return RINGCAST_LOAD_BINARY;
}

LoadTool::LoadTool(std::vector<std::string> arguments)
    : process_(command_line(std::move(arguments), dir_)) {
}

LoadReport LoadTool::finish(milliseconds patience) {
    const auto exit_code = process_.wait(patience);
    const std::string text = process_.output() + process_.errors();
    if (!exit_code.has_value()) {
        throw std::runtime_error("ringcast-load still runs; it said: " + text);
    }
    const std::string report = read_file(dir_.file("report.json"));
    return {*exit_code, text, report.empty() ? nullptr : nlohmann::json::parse(report)};
}

LoadReport LoadTool::stop() {
    process_.send_signal(SIGINT);
    return finish(kPatience);
}

}  // namespace ringcast::tests::support

// SPDX-License-Identifier: Apache-2.0
// What a run found: the verdict, a table to read, JSON for machines.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadtest/fleet.hpp"
#include "loadtest/synthetic_source.hpp"
#include "loadtest/title_updater.hpp"

namespace ringcast::loadtest {

struct RunResult {
    std::string command;
    double seconds = 0;
    double cpu_seconds = 0;  ///< of all processes of the tool
    std::optional<FleetTotals> fleet;
    std::optional<SourceTotals> sources;
    std::optional<TitleTotals> titles;
};

/// Why the run failed, a sentence each; empty when it passed. `strict` also counts what Ringcast
/// promises and other servers do not: streams begin with a whole frame, and titles do not come
/// before their audio.
[[nodiscard]] std::vector<std::string> find_faults(const RunResult& result, bool strict);

[[nodiscard]] std::string table(const RunResult& result, const std::vector<std::string>& faults);

[[nodiscard]] std::string json(const RunResult& result, const std::vector<std::string>& faults);

}  // namespace ringcast::loadtest

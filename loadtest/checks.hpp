// SPDX-License-Identifier: Apache-2.0
// What a run is judged by: one table of everything that can be held against it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "loadtest/run_result.hpp"

namespace ringcast::loadtest {

/// How strictly a run is judged.
struct Judgement {
    /// Also count what Ringcast promises and other servers do not: streams begin with a whole
    /// frame, and titles do not come before their audio.
    bool strict = false;
    /// By a check's name: how much is allowed.
    std::map<std::string, double, std::less<>> thresholds;
};

struct Check {
    enum class Kind : std::uint8_t {
        Always,  ///< a count of which nothing is allowed, unless a threshold says otherwise
        Strict,  ///< the same, but only for a strict judgement or with a threshold
        Asked,   ///< a measurement, judged only with a threshold
    };
    std::string_view name;
    std::string_view text;  ///< what is counted or measured, in words
    Kind kind;
    std::optional<double> (*value)(const RunResult& result);  ///< nothing: not measured
};

[[nodiscard]] std::span<const Check> all_checks();

/// Why the run failed, a sentence each; empty when it passed. A threshold on what was not measured
/// is not met.
[[nodiscard]] std::vector<std::string> find_faults(const RunResult& result,
                                                   const Judgement& judgement);

}  // namespace ringcast::loadtest

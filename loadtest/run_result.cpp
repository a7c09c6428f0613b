// SPDX-License-Identifier: Apache-2.0
#include "loadtest/run_result.hpp"

namespace ringcast::loadtest {

double ServerUse::cpu_percent() const {
    return seconds > 0 ? 100.0 * cpu_seconds / seconds : 0;
}

std::optional<double> ServerUse::cpu_ns_per_byte() const {
    if (bytes == 0) {
        return std::nullopt;
    }
    return cpu_seconds * 1e9 / static_cast<double>(bytes);
}

std::optional<double> ServerUse::pss_per_listener() const {
    if (!pss_before || !pss_after || arrived == 0) {
        return std::nullopt;
    }
    return (static_cast<double>(*pss_after) - static_cast<double>(*pss_before)) /
           static_cast<double>(arrived);
}

std::vector<std::string> RunResult::limits() const {
    return find_limits(tool, sources ? sources->lateness.percentile_us(0.99) : 0);
}

}  // namespace ringcast::loadtest

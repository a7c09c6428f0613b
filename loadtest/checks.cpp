// SPDX-License-Identifier: Apache-2.0
#include "loadtest/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ringcast::loadtest {

namespace {

using Value = std::optional<double>;
using Kind = Check::Kind;

Value count_of(std::uint64_t count) {
    return static_cast<double>(count);
}

Value ms_of(std::int64_t us) {
    return static_cast<double>(us) / 1'000;
}

// In these templates, the counter or histogram is a pointer to a member.
template <auto kCount>
Value of_fleet(const RunResult& run) {
    return run.fleet ? count_of(*run.fleet.*kCount) : std::nullopt;
}

/// Of all listeners, fast and slow.
template <auto kCount>
Value of_streams(const RunResult& run) {
    return run.fleet ? count_of(run.fleet->fast.*kCount + run.fleet->slow.*kCount) : std::nullopt;
}

template <auto kCount>
Value of_icy(const RunResult& run) {
    return run.fleet ? count_of(run.fleet->icy.*kCount) : std::nullopt;
}

template <auto kCount>
Value of_sources(const RunResult& run) {
    return run.sources ? count_of(*run.sources.*kCount) : std::nullopt;
}

template <auto kHistogram, int kPercent>
Value percentile_of(const RunResult& run) {
    if (!run.fleet || (*run.fleet.*kHistogram).count() == 0) {
        return std::nullopt;
    }
    return ms_of((*run.fleet.*kHistogram).percentile_us(kPercent / 100.0));
}

Value gaps(const RunResult& run) {
    return run.fleet ? count_of(run.fleet->fast.skips) : std::nullopt;
}

/// A slow reader is skipped where its socket was full, and the rest of that frame is gone.
Value torn(const RunResult& run) {
    if (!run.fleet) {
        return std::nullopt;
    }
    const StreamCounts& slow = run.fleet->slow;
    return count_of(run.fleet->fast.torn_frames + slow.torn_frames -
                    std::min(slow.torn_frames, slow.skips));
}

Value without_icy(const RunResult& run) {
    if (!run.fleet) {
        return std::nullopt;
    }
    return count_of(run.fleet->icy_wanted -
                    std::min(run.fleet->icy_wanted, run.fleet->icy_granted));
}

Value titles_failed(const RunResult& run) {
    return run.titles ? count_of(run.titles->failed) : std::nullopt;
}

Value titles_unheard(const RunResult& run) {
    if (!run.titles || !run.fleet || run.fleet->icy_granted == 0) {
        return std::nullopt;
    }
    return count_of(run.fleet->icy.titles == 0 ? run.titles->set : 0);
}

Value all_streaming(const RunResult& run) {
    const bool all = run.fleet && run.fleet->streamed == run.fleet->listeners;
    return all ? ms_of(run.fleet->all_streaming_us) : std::nullopt;
}

Value server_cpu(const RunResult& run) {
    return run.server ? Value(run.server->cpu_percent()) : std::nullopt;
}

Value server_cpu_per_byte(const RunResult& run) {
    return run.server ? run.server->cpu_ns_per_byte() : std::nullopt;
}

Value bytes_per_listener(const RunResult& run) {
    return run.server ? run.server->pss_per_listener() : std::nullopt;
}

Value socket_bytes(const RunResult& run) {
    return run.server && run.server->sockets_after ? count_of(run.server->socket_bytes_max)
                                                   : std::nullopt;
}

Value limits(const RunResult& run) {
    return count_of(run.limits().size());
}

constexpr std::array kChecks{
    Check{"failed", "listeners never got to the stream", Kind::Always,
          &of_fleet<&FleetTotals::failed>},
    Check{"closed", "listeners were closed by the server", Kind::Always,
          &of_fleet<&FleetTotals::closed_early>},
    Check{"behind", "listeners had nothing newer than 5 s at the end", Kind::Always,
          &of_fleet<&FleetTotals::behind>},
    Check{"gaps", "gaps for listeners that read at full speed", Kind::Always, &gaps},
    Check{"duplicates", "duplicate frames", Kind::Always, &of_streams<&StreamCounts::duplicates>},
    Check{"torn", "torn frames", Kind::Always, &torn},
    Check{"corrupt", "corruptions", Kind::Always, &of_streams<&StreamCounts::corruptions>},
    Check{"other_station", "frames of another station", Kind::Always,
          &of_streams<&StreamCounts::foreign_frames>},
    Check{"malformed", "malformed metadata blocks", Kind::Always,
          &of_icy<&IcyCounts::malformed_blocks>},
    Check{"wrong_titles", "wrong titles", Kind::Always, &of_icy<&IcyCounts::wrong_titles>},
    Check{"without_metadata", "listeners asked for metadata and got none", Kind::Always,
          &without_icy},
    Check{"mid_frame", "streams began in mid-frame", Kind::Strict,
          &of_fleet<&FleetTotals::mid_frame_starts>},
    Check{"early_titles", "titles came before their audio", Kind::Strict,
          &of_icy<&IcyCounts::early_titles>},
    Check{"failed_logins", "logins of sources failed", Kind::Always,
          &of_sources<&SourceTotals::failed_logins>},
    Check{"lost_sources", "connections of sources were lost", Kind::Always,
          &of_sources<&SourceTotals::disconnects>},
    Check{"failed_titles", "titles could not be set", Kind::Always, &titles_failed},
    Check{"unheard_titles", "titles were set and nobody got one", Kind::Always, &titles_unheard},
    Check{"latency_p50_ms", "ms of latency at p50", Kind::Asked,
          &percentile_of<&FleetTotals::latency, 50>},
    Check{"latency_p99_ms", "ms of latency at p99", Kind::Asked,
          &percentile_of<&FleetTotals::latency, 99>},
    Check{"latency_max_ms", "ms of latency at most", Kind::Asked,
          &percentile_of<&FleetTotals::latency, 100>},
    Check{"join_p99_ms", "ms from connect to first audio at p99", Kind::Asked,
          &percentile_of<&FleetTotals::join, 99>},
    Check{"join_max_ms", "ms from connect to first audio at most", Kind::Asked,
          &percentile_of<&FleetTotals::join, 100>},
    Check{"all_streaming_ms", "ms until all listeners streamed", Kind::Asked, &all_streaming},
    Check{"server_cpu_percent", "% of a core for the server", Kind::Asked, &server_cpu},
    Check{"server_cpu_ns_per_byte", "ns of the server's CPU for each byte", Kind::Asked,
          &server_cpu_per_byte},
    Check{"bytes_per_listener", "bytes of the server's memory for each listener", Kind::Asked,
          &bytes_per_listener},
    Check{"socket_bytes", "bytes of kernel memory in one socket", Kind::Asked, &socket_bytes},
    Check{"limits", "signs that the tool was at its limit", Kind::Asked, &limits},
};

/// Counts are whole, measurements are not.
std::string number(const Check& check, double value) {
    return check.kind == Kind::Asked ? fmt::format("{:.4g}", value) : fmt::format("{:.0f}", value);
}

bool is_judged_without_threshold(const Check& check, const Judgement& judgement) {
    switch (check.kind) {
        case Kind::Always:
            return true;
        case Kind::Strict:
            return judgement.strict;
        case Kind::Asked:
            return false;
    }
    return false;
}

}  // namespace

std::span<const Check> all_checks() {
    return kChecks;
}

std::vector<std::string> find_faults(const RunResult& result, const Judgement& judgement) {
    std::vector<std::string> faults;
    for (const Check& check : kChecks) {
        const auto threshold = judgement.thresholds.find(check.name);
        const bool asked = threshold != judgement.thresholds.end();
        const Value value = check.value(result);
        if (asked && !value) {
            faults.push_back(fmt::format("{} could not be judged: not measured", check.name));
        } else if (asked && *value > threshold->second) {
            faults.push_back(fmt::format("{} {}; {} allows {:g}", number(check, *value), check.text,
                                         check.name, threshold->second));
        } else if (!asked && value.value_or(0) > 0 &&
                   is_judged_without_threshold(check, judgement)) {
            faults.push_back(fmt::format("{} {}", number(check, *value), check.text));
        }
    }
    return faults;
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

namespace ringcast::loadtest {

namespace {

using Failures = std::map<std::string, std::uint64_t>;
using Json = nlohmann::ordered_json;

double ms(std::int64_t us) {
    return static_cast<double>(us) / 1'000.0;
}

class FaultList {
  public:
    void add(std::uint64_t count, std::string_view what) {
        if (count > 0) {
            faults_.push_back(fmt::format("{} {}", count, what));
        }
    }
    std::vector<std::string> take() { return std::move(faults_); }

  private:
    std::vector<std::string> faults_;
};

void add_fleet_faults(const FleetTotals& fleet, bool strict, FaultList& faults) {
    StreamCounts all = fleet.fast;
    all.add(fleet.slow);
    faults.add(fleet.failed, "listeners never got to the stream");
    faults.add(fleet.closed_early, "listeners were closed by the server");
    faults.add(fleet.behind, "listeners had nothing newer than 5 s at the end");
    faults.add(fleet.fast.skips, "gaps for listeners that read at full speed");
    faults.add(all.duplicates, "duplicate frames");
    // A slow reader is skipped where its socket was full, and the rest of that frame is gone.
    faults.add(all.torn_frames - std::min(fleet.slow.torn_frames, fleet.slow.skips), "torn frames");
    faults.add(all.corruptions, "corruptions");
    faults.add(all.foreign_frames, "frames of another station");
    faults.add(fleet.icy.malformed_blocks, "malformed metadata blocks");
    faults.add(fleet.icy.wrong_titles, "wrong titles");
    faults.add(fleet.icy_wanted > fleet.icy_granted ? fleet.icy_wanted - fleet.icy_granted : 0,
               "listeners asked for metadata and got none");
    if (strict) {
        faults.add(fleet.mid_frame_starts, "streams began in mid-frame");
        faults.add(fleet.icy.early_titles, "titles came before their audio");
    }
}

void add_line(std::string& text, std::string_view name, const std::string& value) {
    text += fmt::format("  {:<18}{}\n", name, value);
}

std::string percentiles(const Histogram& histogram) {
    return fmt::format("p50 {:.1f}  p90 {:.1f}  p99 {:.1f}  max {:.1f} ms",
                       ms(histogram.percentile_us(0.5)), ms(histogram.percentile_us(0.9)),
                       ms(histogram.percentile_us(0.99)), ms(histogram.max_us()));
}

void add_failures(std::string& text, const Failures& failures) {
    for (const auto& [reason, count] : failures) {
        add_line(text, "", fmt::format("{} x {}", count, reason));
    }
}

void add_fleet(std::string& text, const FleetTotals& fleet) {
    text += "listeners\n";
    add_line(text, "streamed", fmt::format("{} of {}", fleet.streamed, fleet.listeners));
    add_line(text, "all streaming", fmt::format("after {:.1f} ms", ms(fleet.all_streaming_us)));
    add_line(text, "failed", fmt::format("{}", fleet.failed));
    add_failures(text, fleet.failures);
    add_line(text, "closed by server",
             fmt::format("{}, and {} slow readers", fleet.closed_early, fleet.slow_closed));
    add_line(text, "behind at end", fmt::format("{}", fleet.behind));
    add_line(text, "began mid-frame", fmt::format("{}", fleet.mid_frame_starts));
    add_line(text, "join", percentiles(fleet.join));
    add_line(text, "latency", percentiles(fleet.latency));
    if (fleet.slow.bytes > 0) {
        add_line(text, "slow latency", percentiles(fleet.slow_latency));
    }
    for (const auto& [name, counts] :
         {std::pair("every byte", &fleet.fast), std::pair("slow readers", &fleet.slow)}) {
        if (counts->bytes == 0) {
            continue;
        }
        add_line(text, name,
                 fmt::format("{} bytes, {} whole frames", counts->bytes, counts->frames));
        add_line(text, "",
                 fmt::format("gaps {} ({} frames)  duplicates {}  torn {}  corrupt {}",
                             counts->skips, counts->skipped_frames, counts->duplicates,
                             counts->torn_frames, counts->corruptions));
        add_line(text, "",
                 fmt::format("other station {}  source changes {}", counts->foreign_frames,
                             counts->source_changes));
    }
    if (fleet.icy_wanted + fleet.icy_granted > 0) {
        add_line(text, "metadata",
                 fmt::format("{} of {} listeners, {} blocks, {} with a title", fleet.icy_granted,
                             fleet.icy_wanted, fleet.icy.blocks, fleet.icy.titles));
        add_line(text, "",
                 fmt::format("malformed {}  wrong titles {}  early titles {}",
                             fleet.icy.malformed_blocks, fleet.icy.wrong_titles,
                             fleet.icy.early_titles));
    }
}

void add_sources(std::string& text, const SourceTotals& sources) {
    text += "sources\n";
    add_line(text, "sent",
             fmt::format("{} frames, {} bytes, by {} sources", sources.frames, sources.bytes,
                         sources.sources));
    add_line(text, "logins",
             fmt::format("{}, failed {}, dropped on purpose {}, lost {}", sources.logins,
                         sources.failed_logins, sources.drops, sources.disconnects));
    add_failures(text, sources.failures);
    add_line(text, "lateness", percentiles(sources.lateness));
}

Json to_json(const Histogram& histogram) {
    return {{"count", histogram.count()},
            {"p50", ms(histogram.percentile_us(0.5))},
            {"p90", ms(histogram.percentile_us(0.9))},
            {"p99", ms(histogram.percentile_us(0.99))},
            {"max", ms(histogram.max_us())}};
}

Json to_json(const StreamCounts& counts) {
    return {{"bytes", counts.bytes},
            {"frames", counts.frames},
            {"lead_in_bytes", counts.lead_in_bytes},
            {"gaps", counts.skips},
            {"skipped_frames", counts.skipped_frames},
            {"duplicates", counts.duplicates},
            {"torn_frames", counts.torn_frames},
            {"corruptions", counts.corruptions},
            {"foreign_frames", counts.foreign_frames},
            {"source_changes", counts.source_changes}};
}

Json to_json(const FleetTotals& fleet) {
    return {{"listeners", fleet.listeners},
            {"streamed", fleet.streamed},
            {"failed", fleet.failed},
            {"failures", fleet.failures},
            {"closed_early", fleet.closed_early},
            {"slow_closed", fleet.slow_closed},
            {"behind", fleet.behind},
            {"mid_frame_starts", fleet.mid_frame_starts},
            {"all_streaming_ms", ms(fleet.all_streaming_us)},
            {"join_ms", to_json(fleet.join)},
            {"latency_ms", to_json(fleet.latency)},
            {"slow_latency_ms", to_json(fleet.slow_latency)},
            {"fast", to_json(fleet.fast)},
            {"slow", to_json(fleet.slow)},
            {"icy",
             {{"wanted", fleet.icy_wanted},
              {"granted", fleet.icy_granted},
              {"blocks", fleet.icy.blocks},
              {"titles", fleet.icy.titles},
              {"early_titles", fleet.icy.early_titles},
              {"malformed_blocks", fleet.icy.malformed_blocks},
              {"wrong_titles", fleet.icy.wrong_titles}}}};
}

Json to_json(const SourceTotals& sources) {
    return {{"sources", sources.sources},
            {"logins", sources.logins},
            {"failed_logins", sources.failed_logins},
            {"drops", sources.drops},
            {"disconnects", sources.disconnects},
            {"failures", sources.failures},
            {"frames", sources.frames},
            {"bytes", sources.bytes},
            {"lateness_ms", to_json(sources.lateness)}};
}

}  // namespace

std::vector<std::string> find_faults(const RunResult& result, bool strict) {
    FaultList faults;
    if (result.fleet) {
        add_fleet_faults(*result.fleet, strict, faults);
    }
    if (result.sources) {
        faults.add(result.sources->failed_logins, "logins of sources failed");
        faults.add(result.sources->disconnects, "connections of sources were lost");
    }
    if (result.titles) {
        faults.add(result.titles->failed, "titles could not be set");
        const bool unheard = result.titles->set > 0 && result.fleet &&
                             result.fleet->icy_granted > 0 && result.fleet->icy.titles == 0;
        faults.add(unheard ? result.titles->set : 0, "titles were set and nobody got one");
    }
    return faults.take();
}

std::string table(const RunResult& result, const std::vector<std::string>& faults) {
    std::string text = fmt::format("{}: {:.1f} s, {:.2f} s of CPU ({:.1f} % of a core)\n",
                                   result.command, result.seconds, result.cpu_seconds,
                                   100.0 * result.cpu_seconds / std::max(result.seconds, 1e-9));
    if (result.fleet) {
        add_fleet(text, *result.fleet);
    }
    if (result.sources) {
        add_sources(text, *result.sources);
    }
    if (result.titles) {
        add_line(text, "titles",
                 fmt::format("{} set, {} failed", result.titles->set, result.titles->failed));
        add_failures(text, result.titles->failures);
    }
    text += faults.empty() ? "passed\n" : "FAILED\n";
    for (const std::string& fault : faults) {
        text += "  " + fault + "\n";
    }
    return text;
}

std::string json(const RunResult& result, const std::vector<std::string>& faults) {
    Json report{{"tool", "ringcast-load"},
                {"version", RINGCAST_VERSION},
                {"command", result.command},
                {"passed", faults.empty()},
                {"faults", faults},
                {"seconds", result.seconds},
                {"cpu_seconds", result.cpu_seconds}};
    if (result.fleet) {
        report["listeners"] = to_json(*result.fleet);
    }
    if (result.sources) {
        report["sources"] = to_json(*result.sources);
    }
    if (result.titles) {
        report["titles"] = {{"set", result.titles->set},
                            {"failed", result.titles->failed},
                            {"failures", result.titles->failures}};
    }
    return report.dump(2) + "\n";
}

}  // namespace ringcast::loadtest

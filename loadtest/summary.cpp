// SPDX-License-Identifier: Apache-2.0
#include "loadtest/summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace ringcast::loadtest {

namespace {

using Failures = std::map<std::string, std::uint64_t>;

double ms(std::int64_t us) {
    return static_cast<double>(us) / 1'000.0;
}

void add_row(Section& section, std::string_view name, std::string value) {
    section.rows.push_back({std::string(name), std::move(value)});
}

std::string percentiles(const Histogram& histogram) {
    return fmt::format("p50 {:.1f}  p90 {:.1f}  p99 {:.1f}  max {:.1f} ms",
                       ms(histogram.percentile_us(0.5)), ms(histogram.percentile_us(0.9)),
                       ms(histogram.percentile_us(0.99)), ms(histogram.max_us()));
}

void add_failures(Section& section, const Failures& failures) {
    for (const auto& [reason, count] : failures) {
        add_row(section, "", fmt::format("{} x {}", count, reason));
    }
}

Section fleet_section(const FleetTotals& fleet) {
    Section section{"listeners", {}};
    add_row(section, "streamed", fmt::format("{} of {}", fleet.streamed, fleet.listeners));
    add_row(section, "all streaming", fmt::format("after {:.1f} ms", ms(fleet.all_streaming_us)));
    add_row(section, "failed", fmt::format("{}", fleet.failed));
    add_failures(section, fleet.failures);
    if (fleet.departures() > 0) {
        add_row(
            section, "came and went",
            fmt::format("{} connects; {} left by close, {} by reset, {} half-way", fleet.connects,
                        fleet.left_by_close, fleet.left_by_reset, fleet.left_half_way));
    }
    add_row(section, "closed by server",
            fmt::format("{}, and {} slow readers", fleet.closed_early, fleet.slow_closed));
    add_row(section, "behind at end", fmt::format("{}", fleet.behind));
    add_row(section, "began mid-frame", fmt::format("{}", fleet.mid_frame_starts));
    add_row(section, "join", percentiles(fleet.join));
    add_row(section, "latency", percentiles(fleet.latency));
    if (fleet.slow.bytes > 0) {
        add_row(section, "slow latency", percentiles(fleet.slow_latency));
    }
    for (const auto& [name, counts] :
         {std::pair("every byte", &fleet.fast), std::pair("slow readers", &fleet.slow)}) {
        if (counts->bytes == 0) {
            continue;
        }
        add_row(section, name,
                fmt::format("{} bytes, {} whole frames", counts->bytes, counts->frames));
        add_row(section, "",
                fmt::format("gaps {} ({} frames)  duplicates {}  torn {}  corrupt {}",
                            counts->skips, counts->skipped_frames, counts->duplicates,
                            counts->torn_frames, counts->corruptions));
        add_row(section, "",
                fmt::format("other station {}  source changes {}", counts->foreign_frames,
                            counts->source_changes));
    }
    if (fleet.icy_wanted + fleet.icy_granted > 0) {
        add_row(section, "metadata",
                fmt::format("{} of {} listeners, {} blocks, {} with a title", fleet.icy_granted,
                            fleet.icy_wanted, fleet.icy.blocks, fleet.icy.titles));
        add_row(section, "",
                fmt::format("malformed {}  wrong titles {}  early titles {}",
                            fleet.icy.malformed_blocks, fleet.icy.wrong_titles,
                            fleet.icy.early_titles));
    }
    return section;
}

Section sources_section(const SourceTotals& sources) {
    Section section{"sources", {}};
    add_row(section, "sent",
            fmt::format("{} frames, {} bytes, by {} sources", sources.frames, sources.bytes,
                        sources.sources));
    add_row(section, "logins",
            fmt::format("{}, failed {}, dropped on purpose {}, lost {}", sources.logins,
                        sources.failed_logins, sources.drops, sources.disconnects));
    add_failures(section, sources.failures);
    add_row(section, "lateness", percentiles(sources.lateness));
    return section;
}

std::string mib(std::uint64_t bytes) {
    return fmt::format("{:.2f} MiB", static_cast<double>(bytes) / (1024.0 * 1024.0));
}

void add_memory(Section& section, const ServerUse& server) {
    if (server.pss_after) {
        add_row(section, "memory (PSS)", mib(*server.pss_after));
    }
    if (const auto each = server.pss_per_listener()) {
        add_row(section, "",
                fmt::format("{} before the listeners: {:.0f} bytes for each of {}",
                            mib(*server.pss_before), *each, server.arrived));
    }
    if (server.descriptors_max) {
        add_row(section, "descriptors", fmt::format("at most {}", *server.descriptors_max));
    }
    if (server.sockets_after) {
        const SocketMemory& sockets = *server.sockets_after;
        add_row(section, "kernel memory",
                fmt::format("{} in {} sockets: queued {}, received {}, reserve {}",
                            mib(sockets.total_bytes()), sockets.sockets, mib(sockets.queued_bytes),
                            mib(sockets.received_bytes), mib(sockets.reserve_bytes)));
        add_row(section, "",
                fmt::format("at most {}, and {:.1f} KiB in any one", mib(server.sockets_bytes_max),
                            static_cast<double>(server.socket_bytes_max) / 1024.0));
    }
}

Section server_section(const ServerUse& server) {
    Section section{"server", {}};
    add_row(section, "processes", fmt::format("{}", fmt::join(server.pids, ", ")));
    add_row(section, "CPU",
            fmt::format("{:.1f} % of a core, over {:.1f} s", server.cpu_percent(), server.seconds));
    if (const auto ns = server.cpu_ns_per_byte()) {
        add_row(section, "",
                fmt::format("{:.3f} ns for each of {} bytes delivered", *ns, server.bytes));
    }
    add_memory(section, server);
    for (const std::string& note : server.notes) {
        add_row(section, "note", note);
    }
    return section;
}

}  // namespace

std::string headline(const RunResult& result) {
    return fmt::format("{}: {:.1f} s, {:.2f} s of CPU ({:.1f} % of a core)", result.command,
                       result.seconds, result.cpu_seconds,
                       100.0 * result.cpu_seconds / std::max(result.seconds, 1e-9));
}

std::vector<Section> summarize(const RunResult& result) {
    std::vector<Section> sections;
    if (result.fleet) {
        sections.push_back(fleet_section(*result.fleet));
    }
    if (result.sources) {
        sections.push_back(sources_section(*result.sources));
    }
    if (result.titles) {
        Section section{"titles", {}};
        add_row(section, "set",
                fmt::format("{}, failed {}", result.titles->set, result.titles->failed));
        add_failures(section, result.titles->failures);
        sections.push_back(std::move(section));
    }
    if (result.server) {
        sections.push_back(server_section(*result.server));
    }
    const auto limits = result.limits();
    if (!limits.empty()) {
        Section section{"the tool was at its limit, so this says little of the server", {}};
        for (const std::string& limit : limits) {
            add_row(section, "limit", limit);
        }
        sections.push_back(std::move(section));
    }
    return sections;
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// The keys of a status document with their values, typed: the one place where Icecast's names are
// tied to our values. Both renderers walk these lists.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "server/admin/stats_snapshot.hpp"

namespace ringcast::server::admin {

struct StatsField {
    std::string key;
    std::variant<std::string, std::uint64_t, bool> value;
    bool shown_to_public = true;  ///< also in /status-json.xsl
};

/// All keys of the server, alphabetical.
[[nodiscard]] std::vector<StatsField> global_fields(const GlobalStats& stats);

/// All keys of a station, alphabetical. Keys from ice-audio-info come last in precedence: they
/// never replace one of ours. Those of them that are whole numbers are numbers.
[[nodiscard]] std::vector<StatsField> station_fields(const StationStats& stats);

/// The stations of a snapshot ordered by mount.
[[nodiscard]] std::vector<const StationStats*> stations_by_mount(const StatsSnapshot& snapshot);

}  // namespace ringcast::server::admin

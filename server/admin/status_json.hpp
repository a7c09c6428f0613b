// SPDX-License-Identifier: Apache-2.0
// /status-json.xsl in the shape of Icecast 2.4 (WIRE notes 12.2), its faults left out: titles and
// names are always strings, the document is always valid JSON.
#pragma once

#include <optional>
#include <string_view>

#include "server/admin/stats_snapshot.hpp"
#include "server/http/response.hpp"

namespace ringcast::server::admin {

/// `mount` is that of the query, to see one station only. `source` is absent without a station, an
/// object for one, an array for more: panels rely on it.
[[nodiscard]] http::Reply status_json_reply(const StatsSnapshot& snapshot,
                                            std::optional<std::string_view> mount);

}  // namespace ringcast::server::admin

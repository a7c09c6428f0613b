// SPDX-License-Identifier: Apache-2.0
// /admin/stats in the shape of Icecast 2.4 (WIRE notes 12.1).
#pragma once

#include <optional>
#include <string_view>

#include "server/admin/stats_snapshot.hpp"
#include "server/http/response.hpp"

namespace ringcast::server::admin {

/// Keys alphabetical, then the stations by mount; ASCII, all else as character references. `mount`
/// is that of the query, to see one station only; the caller answers for one that does not exist.
[[nodiscard]] http::Reply stats_xml_reply(const StatsSnapshot& snapshot,
                                          std::optional<std::string_view> mount);

}  // namespace ringcast::server::admin

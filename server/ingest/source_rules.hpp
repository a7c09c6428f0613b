// SPDX-License-Identifier: Apache-2.0
// What holds for every source, however it comes: which mounts can be, which types follow one
// another, what is shown.
#pragma once

#include <string>
#include <string_view>

#include "server/http/source_headers.hpp"
#include "server/stations/station_entry.hpp"

namespace ringcast::server::ingest {

/// Why `mount` can be no station's, or null: it must begin with '/', be short enough, and not be
/// one of the server's own pages.
[[nodiscard]] const char* mount_fault(std::string_view mount);

/// `content_type` without parameters, in lower case, with its aliases made one ("audio/aacp" is
/// "audio/aac"): what two sources must agree in to follow one another.
[[nodiscard]] std::string stream_type(std::string_view content_type);

/// What is shown of a source: its own properties where the settings do not say otherwise.
[[nodiscard]] stations::Broadcast make_broadcast(const stations::StationSettings& settings,
                                                 http::SourceProperties properties,
                                                 std::string address);

}  // namespace ringcast::server::ingest

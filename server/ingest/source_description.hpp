// SPDX-License-Identifier: Apache-2.0
// What a source's stream is, and what is shown of it.
#pragma once

#include <string>
#include <string_view>

#include "server/http/source_headers.hpp"
#include "server/stations/station_entry.hpp"

namespace ringcast::server::ingest {

/// `content_type` without parameters, in lower case, with its aliases made one ("audio/aacp" is
/// "audio/aac"): what two sources must agree in to follow one another.
[[nodiscard]] std::string stream_type(std::string_view content_type);

/// The type of a stream that a source calls `said`: the settings' word counts where they have one.
/// Empty when neither says it.
[[nodiscard]] std::string stream_type(const stations::StationSettings& settings,
                                      std::string_view said);

/// What is shown of a source: its own properties where the settings do not say otherwise.
[[nodiscard]] stations::Broadcast make_broadcast(const stations::StationSettings& settings,
                                                 http::SourceProperties properties,
                                                 std::string address);

}  // namespace ringcast::server::ingest

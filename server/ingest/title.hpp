// SPDX-License-Identifier: Apache-2.0
// What plays now, from wherever it is said: in the stream, in a file's tags, by a request.
#pragma once

#include <cstddef>

#include "server/stations/station_entry.hpp"

namespace ringcast::server::ingest {

/// Puts a title where it belongs: on the timeline in the station's charset, and on the status
/// pages. `title` is clean UTF-8. On the thread of the station's writer.
void set_title(stations::StationEntry& entry, const stations::NowPlaying& title,
               std::size_t behind_head);

}  // namespace ringcast::server::ingest

// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/title.hpp"

#include "server/http/charset.hpp"

namespace ringcast::server::ingest {

void set_title(stations::StationEntry& entry, const stations::NowPlaying& title,
               std::size_t behind_head) {
    const bool latin1 = entry.settings().charset == http::Charset::Latin1;
    entry.station().set_title(latin1 ? http::utf8_to_latin1(title.title) : title.title,
                              latin1 ? http::utf8_to_latin1(title.url) : title.url, behind_head);
    entry.set_now_playing(title);
}

}  // namespace ringcast::server::ingest

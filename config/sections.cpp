// SPDX-License-Identifier: Apache-2.0
#include "config/sections.hpp"

#include <array>

namespace ringcast::config {
namespace {

constexpr auto kSections = std::to_array<Section>({
    {.path = "", .at = [](Config& c, std::size_t) -> Holder { return &c; }},
    {.path = "server",
     .at = [](Config& c, std::size_t) -> Holder { return &c.server; },
     .text = "What the server says of itself, and its threads."},
    {.path = "listen[]",
     .at = [](Config& c, std::size_t i) -> Holder { return &c.listen[i]; },
     .resize = [](Config& c, std::size_t size) { c.listen.assign(size, Listen{}); },
     .items_min = 1,
     .items_max = 64,
     .text = "The ports, for sources and listeners alike. Left out: one with the defaults."},
    {.path = "pool",
     .at = [](Config& c, std::size_t) -> Holder { return &c.pool; },
     .text = "The memory that all rings share. Only rings on the air are resident."},
    {.path = "limits",
     .at = [](Config& c, std::size_t) -> Holder { return &c.limits; },
     .text = "What the server grants its peers."},
    {.path = "fanout",
     .at = [](Config& c, std::size_t) -> Holder { return &c.fanout; },
     .text = "The wheel that sends to listeners."},
    {.path = "log",
     .at = [](Config& c, std::size_t) -> Holder { return &c.log; },
     .text = "Logs. SIGHUP reopens the files."},
    {.path = "auth",
     .at = [](Config& c, std::size_t) -> Holder { return &c; },
     .text = "Who may go live, and who may administer. A password is plain text, or a crypt(3) "
             "hash (it begins with `$`; `ringcast hash-password` makes one)."},
    {.path = "auth.source",
     .at = [](Config& c, std::size_t) -> Holder { return &c.auth.source; },
     .text = "The credentials of sources. Required where a station has no password of its own "
             "and, while `dynamic_stations` is true, unless `station_defaults` has one."},
    {.path = "auth.admin",
     .at = [](Config& c, std::size_t) -> Holder { return &c.auth.admin; },
     .text = "The credentials of the admin pages. Left out: those pages are off."},
    {.path = "station_defaults",
     .rows = "stations[]",
     .at = [](Config& c, std::size_t) -> Holder { return &c.station_defaults; },
     .text = "What holds for each station that does not say otherwise, and for dynamic stations: "
             "the same keys as `stations[]` but `mount`."},
    {.path = "stations[]",
     .at = [](Config& c, std::size_t i) -> Holder { return &c.stations[i]; },
     // This copy is the merge: what the file says of a station is then read over it.
     .resize = [](Config& c, std::size_t size) { c.stations.assign(size, c.station_defaults); },
     .items_max = 10'000,
     .text = "The stations. Texts left out or empty are what the source says."},
});

}  // namespace

std::span<const Section> sections() {
    return kSections;
}

std::string_view parent_path(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view key_of(std::string_view path) {
    const std::size_t dot = path.rfind('.');
    path.remove_prefix(dot == std::string_view::npos ? 0 : dot + 1);
    path.remove_suffix(path.ends_with("[]") ? 2 : 0);
    return path;
}

bool belongs(const Section& child, const Section& section) {
    return !child.path.empty() && parent_path(child.path) == section.path;
}

}  // namespace ringcast::config

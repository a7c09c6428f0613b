// SPDX-License-Identifier: Apache-2.0
#include "config/fields.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace ringcast::config {
namespace {

using namespace std::chrono_literals;
using enum ReloadClass;

template <class Class, class Member>
Slot select(const Holder& holder, Member Class::*member) {
    return &(std::get<Class*>(holder)->*member);
}

/// The slot function of a row: where the member lies in an object of its struct.
template <auto Member>
Slot member(const Holder& holder) {
    return select(holder, Member);
}

constexpr Bounds between(std::uint64_t min, std::uint64_t max) {
    return {min, max};
}
constexpr Bounds between(Bytes min, Bytes max) {
    return {min.count, max.count};
}
constexpr Bounds between(Duration min, Duration max) {
    return {static_cast<std::uint64_t>(min.count()), static_cast<std::uint64_t>(max.count())};
}

constexpr std::uint64_t kTextMax = 255;
constexpr std::uint64_t kLongTextMax = 1'000;
constexpr std::uint64_t kPasswordMax = 383;  // the longest hash of crypt(3), CRYPT_OUTPUT_SIZE - 1
constexpr std::uint64_t kFileMax = 4'095;    // PATH_MAX - 1
constexpr std::uint64_t kConnectionsMax = 10'000'000;

constexpr auto kFields = std::to_array<Field>({
    {.path = "server.name",
     .slot = member<&Server::name>,
     .bounds = between(1, kTextMax),
     .reload = Live,
     .text = "The title of the status page."},
    {.path = "server.hostname",
     .slot = member<&Server::hostname>,
     .bounds = between(1, kTextMax),
     .reload = Live,
     .rule = &kHostnameRule,
     .text = "The name in addresses that the server prints or puts in status and playlists when "
             "the request has no `Host`."},
    {.path = "server.location",
     .slot = member<&Server::location>,
     .bounds = between(0, kTextMax),
     .reload = Live,
     .text = "Where the server stands; shown in the status."},
    {.path = "server.admin_contact",
     .slot = member<&Server::admin_contact>,
     .bounds = between(0, kTextMax),
     .reload = Live,
     .text = "How to reach whoever runs the server; shown in the status."},
    {.path = "server.workers",
     .slot = member<&Server::workers>,
     .bounds = between(0, 256),
     .special = Special::Auto,
     .unit = "threads",
     .text = "Threads that serve connections. 0 or `\"auto\"`: one per core."},
    {.path = "server.id",
     .slot = member<&Server::id>,
     .bounds = between(1, kTextMax),
     .reload = Live,
     .rule = &kHeaderRule,
     .default_text = "`\"Ringcast/VERSION\"`",
     .text = "The `Server` header. Some scripts look for the word Icecast in it."},

    {.path = "listen[].address",
     .slot = member<&Listen::address>,
     .bounds = between(1, kTextMax),
     .rule = &kAddressRule,
     .text = "The address to listen on. `::` is every address of both families, or of IPv4 alone "
             "on a machine without IPv6."},
    {.path = "listen[].port",
     .slot = member<&Listen::port>,
     .bounds = between(0, 65'535),
     .text = "The TCP port. 0: the system chooses one (for tests)."},
    {.path = "listen[].shoutcast_mount",
     .slot = member<&Listen::shoutcast_mount>,
     .bounds = between(0, kTextMax),
     .rule = &kMountRule,
     .text = "The mount of SHOUTcast v1 sources: this port and the next one accept their "
             "handshake. Empty: off."},

    {.path = "pool.size",
     .slot = member<&Pool::size>,
     .bounds = between(mib(1), gib(1'024)),
     .special = Special::Auto,
     .default_text = "the configured rings plus 64 MiB",
     .text = "The memory that all rings share, rounded up to extents. The rings of configured "
             "stations are reserved in it; the rest is for dynamic stations."},
    {.path = "pool.extent",
     .slot = member<&Pool::extent>,
     .bounds = between(kib(64), mib(64)),
     .text = "The piece in which the pool hands out memory: a multiple of 64 KiB."},

    {.path = "limits.listeners",
     .slot = member<&Limits::listeners>,
     .bounds = between(1, kConnectionsMax),
     .special = Special::ZeroIsOff,
     .reload = NewConnections,
     .text = "Listeners at a time on all stations. Off: as many as descriptors allow."},
    {.path = "limits.sources",
     .slot = member<&Limits::sources>,
     .bounds = between(1, kConnectionsMax),
     .special = Special::ZeroIsOff,
     .reload = NewConnections,
     .text = "Sources at a time. Off: as many as the pool has rings for."},
    {.path = "limits.header_timeout",
     .slot = member<&Limits::header_timeout>,
     .bounds = between(1s, 10min),
     .reload = NewConnections,
     .text = "Time for a whole request head to arrive."},
    {.path = "limits.header_size",
     .slot = member<&Limits::header_size>,
     .bounds = between(kib(4), mib(1)),
     .reload = NewConnections,
     .text = "The largest request head."},
    {.path = "limits.source_timeout",
     .slot = member<&Limits::source_timeout>,
     .bounds = between(1s, 1h),
     .special = Special::ZeroIsOff,
     .reload = Live,
     .text = "A source that sends nothing for so long is closed."},
    {.path = "limits.listener_stall_timeout",
     .slot = member<&Limits::listener_stall_timeout>,
     .bounds = between(1s, 1h),
     .special = Special::ZeroIsOff,
     .reload = Live,
     .text = "A listener that acknowledges nothing for so long is closed."},
    {.path = "limits.listener_skips_max",
     .slot = member<&Limits::listener_skips_max>,
     .bounds = between(1, 1'000'000),
     .special = Special::ZeroIsOff,
     .reload = Live,
     .text = "A listener that is too slow is moved forward to where a decoder can start; after so "
             "many moves within 60 s it is closed. Off: it is always kept."},

    {.path = "fanout.phase",
     .slot = member<&Fanout::phase>,
     .bounds = between(5ms, 1s),
     .text = "The step of the wheel: at each, one share of the listeners is sent to."},
    {.path = "fanout.delivery_max",
     .slot = member<&Fanout::delivery_max>,
     .bounds = between(100ms, 10s),
     .reload = Live,
     .text = "The longest time between two sends to a listener, however high the load."},

    {.path = "log.level",
     .slot = member<&Log::level>,
     .reload = Live,
     .text = "The least important message that is written."},
    {.path = "log.file",
     .slot = member<&Log::file>,
     .bounds = between(0, kFileMax),
     .reload = Live,
     .text = "Where messages go. Empty: standard error."},
    {.path = "log.format",
     .slot = member<&Log::format>,
     .reload = Live,
     .text = "`text`, or `json` (one object a line). `auto`: text, coloured on a terminal."},
    {.path = "log.access_file",
     .slot = member<&Log::access_file>,
     .bounds = between(0, kFileMax),
     .reload = Live,
     .text = "The access log in Icecast's format (NCSA combined, and the seconds connected). "
             "Empty: none."},

    {.path = "auth.source.user",
     .slot = member<&Credentials::user>,
     .bounds = between(1, kTextMax),
     .reload = NewConnections,
     .rule = &kUserRule,
     .text = "The user that sources log in as."},
    {.path = "auth.source.password",
     .slot = member<&Credentials::password>,
     .bounds = between(1, kPasswordMax),
     .required = true,
     .secret = true,
     .reload = NewConnections,
     .rule = &kPasswordRule,
     .text = "The password of sources."},
    {.path = "auth.admin.user",
     .slot = member<&Credentials::user>,
     .bounds = between(1, kTextMax),
     .reload = NewConnections,
     .rule = &kUserRule,
     .text = "The user of the admin pages."},
    {.path = "auth.admin.password",
     .slot = member<&Credentials::password>,
     .bounds = between(1, kPasswordMax),
     .required = true,
     .secret = true,
     .reload = NewConnections,
     .rule = &kPasswordRule,
     .text = "The password of the admin pages."},

    {.path = "dynamic_stations",
     .slot = member<&Config::dynamic_stations>,
     .reload = NewConnections,
     .text = "Whether a mount that is not in this file may go live, from the pool, until the pool "
             "is full. Its ring returns 30 s after its source and last listener have gone."},

    {.path = "stations[].mount",
     .slot = member<&Station::mount>,
     .bounds = between(1, kTextMax),
     .required = true,
     .reload = Live,
     .rule = &kMountRule,
     .text = "The path of the station, such as `/live`, not percent-encoded."},
    {.path = "stations[].name",
     .slot = member<&Station::name>,
     .bounds = between(0, kTextMax),
     .reload = NewConnections,
     .text = "The station's name."},
    {.path = "stations[].description",
     .slot = member<&Station::description>,
     .bounds = between(0, kLongTextMax),
     .reload = NewConnections,
     .text = "What the station is about."},
    {.path = "stations[].genre",
     .slot = member<&Station::genre>,
     .bounds = between(0, kTextMax),
     .reload = NewConnections,
     .text = "The genre."},
    {.path = "stations[].url",
     .slot = member<&Station::url>,
     .bounds = between(0, kLongTextMax),
     .reload = NewConnections,
     .text = "The station's web page."},
    {.path = "stations[].type",
     .slot = member<&Station::type>,
     .bounds = between(0, kTextMax),
     .reload = NewConnections,
     .rule = &kContentTypeRule,
     .text = "The content type, such as `audio/mpeg`, where the source's is wrong or missing."},
    {.path = "stations[].bitrate",
     .slot = member<&Station::bitrate_kbit_s>,
     .bounds = between(0, 100'000),
     .reload = NewConnections,
     .unit = "kbit/s",
     .text = "The bitrate that listeners are told. 0: what the source says."},
    {.path = "stations[].public",
     .slot = member<&Station::is_public>,
     .reload = NewConnections,
     .default_text = "what the source says",
     .text = "Whether directories may list the station."},
    {.path = "stations[].ring",
     .slot = member<&Station::ring>,
     .bounds = between(kib(64), gib(1)),
     .reload = Restart,
     .text = "The newest bytes of the station, kept for its listeners; rounded up to extents. It "
             "bounds the burst and how far a slow listener may fall behind."},
    {.path = "stations[].burst",
     .slot = member<&Station::burst>,
     .reload = NewConnections,
     .text = "What a new listener gets at once so that it plays at once: playing time or bytes, at "
             "most half the ring. A player stays this far behind the source."},
    {.path = "stations[].delivery",
     .slot = member<&Station::delivery>,
     .bounds = between(25ms, 10s),
     .special = Special::Auto,
     .reload = NewConnections,
     .text = "Time between two sends to one listener, from `fanout.phase` to "
             "`fanout.delivery_max`. `\"auto\"`: a quarter of the lead that the listener was "
             "given, from 100 ms to 1 s."},
    {.path = "stations[].metaint",
     .slot = member<&Station::metaint>,
     .bounds = between(Bytes{2'048}, mib(16)),
     .special = Special::ZeroIsOff,
     .reload = NewConnections,
     .text = "Audio bytes between two metadata blocks, for players that ask for titles."},
    {.path = "stations[].charset",
     .slot = member<&Station::charset>,
     .reload = NewConnections,
     .text = "The character set of titles, to listeners and from sources that name none."},
    {.path = "stations[].max_listeners",
     .slot = member<&Station::max_listeners>,
     .bounds = between(1, kConnectionsMax),
     .special = Special::ZeroIsOff,
     .reload = NewConnections,
     .text = "Listeners at a time on this station."},
    {.path = "stations[].takeover",
     .slot = member<&Station::takeover>,
     .reload = NewConnections,
     .text = "Whether a second source with the right credentials displaces the first. `silent`: "
             "if it has the same credentials and the first has sent no whole frame for 2 s. "
             "Otherwise it is refused with 403."},
    {.path = "stations[].user",
     .slot = member<&Station::user>,
     .bounds = between(1, kTextMax),
     .reload = NewConnections,
     .rule = &kUserRule,
     .default_text = "`auth.source.user`",
     .text = "The user of this station's source."},
    {.path = "stations[].password",
     .slot = member<&Station::password>,
     .bounds = between(1, kPasswordMax),
     .secret = true,
     .reload = NewConnections,
     .rule = &kPasswordRule,
     .default_text = "`auth.source.password`",
     .text = "The password of this station's source."},
    {.path = "stations[].input",
     .slot = member<&Station::input>,
     .bounds = between(0, kFileMax),
     .reload = Live,
     .text =
         "A file, or a folder of files (in the order of their names), played in a loop while no "
         "source is live. A source of the same content type displaces it. Empty: none."},
});

/// "stations[].ring" of "stations[3].ring".
std::string without_indices(std::string_view path) {
    std::string plain;
    bool inside = false;
    for (const char character : path) {
        inside = inside && character != ']';
        if (!inside) {
            plain += character;
        }
        inside = inside || character == '[';
    }
    return plain;
}

}  // namespace

std::span<const Field> fields() {
    return kFields;
}

bool belongs(const Field& field, const Section& section) {
    const std::string_view home = parent_path(field.path);
    return home == section.path ||
           (!section.rows.empty() && home == section.rows && !field.required);
}

Slot slot_in(const Field& field, Config& config) {
    const auto section = std::ranges::find(sections(), parent_path(field.path), &Section::path);
    return field.slot(section->at(config, 0));
}

std::optional<ReloadClass> reload_class(std::string_view path) {
    const std::string plain = without_indices(path);
    const std::string_view parent = parent_path(plain);
    const auto section = std::ranges::find(sections(), parent, &Section::path);
    if (section == sections().end()) {
        return std::nullopt;
    }
    const auto field = std::ranges::find_if(kFields, [&](const Field& candidate) {
        return key_of(candidate.path) == key_of(plain) && belongs(candidate, *section);
    });
    return field == kFields.end() ? std::nullopt : std::optional(field->reload);
}

std::string_view to_string(ReloadClass reload) {
    switch (reload) {
        case Live:
            return "live";
        case NewConnections:
            return "new connections";
        case Restart:
            return "restart";
    }
    return "";
}

}  // namespace ringcast::config

// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/source_description.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "server/http/header_list.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::ingest {

std::string stream_type(std::string_view content_type) {
    std::string type = http::to_lower(http::trim(content_type.substr(0, content_type.find(';'))));
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kAliases{{
        {"audio/aacp", "audio/aac"},
        {"audio/x-aac", "audio/aac"},
        {"audio/mp3", "audio/mpeg"},
        {"audio/x-mpeg", "audio/mpeg"},
        {"application/ogg", "audio/ogg"},
        {"application/x-ogg", "audio/ogg"},
    }};
    const auto* const alias = std::find_if(
        kAliases.begin(), kAliases.end(), [&type](const auto& pair) { return pair.first == type; });
    return alias == kAliases.end() ? type : std::string(alias->second);
}

std::string stream_type(const stations::StationSettings& settings, std::string_view said) {
    return stream_type(settings.type.empty() ? said : std::string_view(settings.type));
}

stations::Broadcast make_broadcast(const stations::StationSettings& settings,
                                   http::SourceProperties properties, std::string address) {
    const auto prefer = [](std::string& said, const std::string& configured) {
        if (!configured.empty()) {
            said = configured;
        }
    };
    prefer(properties.name, settings.name);
    prefer(properties.description, settings.description);
    prefer(properties.genre, settings.genre);
    prefer(properties.url, settings.url);
    prefer(properties.content_type, settings.type);
    if (settings.bitrate != 0) {
        properties.bitrate = settings.bitrate;
    }
    if (settings.is_public) {
        properties.is_public = settings.is_public;
    }
    return {.live = true,
            .source = std::move(properties),
            .source_address = std::move(address),
            .started_s = runtime::wall_seconds(),
            .format = {},
            .generation = 0};
}

}  // namespace ringcast::server::ingest

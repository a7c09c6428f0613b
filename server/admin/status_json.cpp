// SPDX-License-Identifier: Apache-2.0
#include "server/admin/status_json.hpp"

#include <nlohmann/json.hpp>

#include "server/admin/stats_fields.hpp"

namespace ringcast::server::admin {
namespace {

using Json = nlohmann::ordered_json;

void put_fields(const std::vector<StatsField>& fields, Json& object) {
    for (const StatsField& field : fields) {
        if (field.shown_to_public) {
            std::visit([&](const auto& value) { object[field.key] = value; }, field.value);
        }
    }
}

Json station_json(const StationStats& station) {
    Json object = Json::object();
    put_fields(station_fields(station), object);
    object["dummy"] = nullptr;  // Icecast ends every source with it
    return object;
}

}  // namespace

http::Reply status_json_reply(const StatsSnapshot& snapshot,
                              std::optional<std::string_view> mount) {
    Json stats = Json::object();
    put_fields(global_fields(snapshot.global), stats);
    Json sources = Json::array();
    for (const StationStats* station : stations_by_mount(snapshot)) {
        if (!mount || station->mount == *mount) {
            sources.push_back(station_json(*station));
        }
    }
    if (sources.size() == 1) {
        stats["source"] = sources.front();
    } else if (!sources.empty()) {
        stats["source"] = std::move(sources);
    }
    const Json document = {{"icestats", std::move(stats)}};
    http::Reply reply;
    reply.content_type = "application/json; charset=UTF-8";
    // Texts are UTF-8 already; `replace` keeps a slip there from throwing.
    reply.body = document.dump(-1, ' ', false, Json::error_handler_t::replace);
    return reply;
}

}  // namespace ringcast::server::admin

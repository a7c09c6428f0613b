// SPDX-License-Identifier: Apache-2.0
#include "server/admin/stats_xml.hpp"

#include "server/admin/stats_fields.hpp"
#include "server/http/xml_text.hpp"

namespace ringcast::server::admin {
namespace {

std::string text_of(const std::string& value) {
    return http::escape_xml_ascii(value);
}
std::string text_of(std::uint64_t value) {
    return std::to_string(value);
}
std::string text_of(bool value) {
    return value ? "true" : "false";
}

void append_fields(const std::vector<StatsField>& fields, std::string& xml) {
    for (const StatsField& field : fields) {
        xml.append("<").append(field.key).append(">");
        xml += std::visit([](const auto& value) { return text_of(value); }, field.value);
        xml.append("</").append(field.key).append(">");
    }
}

}  // namespace

http::Reply stats_xml_reply(const StatsSnapshot& snapshot, std::optional<std::string_view> mount) {
    http::Reply reply;
    reply.content_type = "text/xml; charset=utf-8";
    std::string& xml = reply.body;
    xml = "<?xml version=\"1.0\"?>\n<icestats>";
    append_fields(global_fields(snapshot.global), xml);
    for (const StationStats* station : stations_by_mount(snapshot)) {
        if (mount && station->mount != *mount) {
            continue;
        }
        xml += "<source mount=\"" + http::escape_xml_ascii(station->mount) + "\">";
        append_fields(station_fields(*station), xml);
        xml += "</source>";
    }
    xml += "</icestats>\n";
    return reply;
}

}  // namespace ringcast::server::admin

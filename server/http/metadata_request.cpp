// SPDX-License-Identifier: Apache-2.0
#include "server/http/metadata_request.hpp"

#include "server/http/xml_text.hpp"

namespace ringcast::server::http {
namespace {

std::optional<std::string> copy(std::optional<std::string_view> text) {
    if (!text) {
        return std::nullopt;
    }
    return std::string(*text);
}

std::optional<std::string> title_of(const Query& query, std::optional<Charset> charset) {
    if (const auto song = find_item(query, "song")) {
        return sanitize_title(*song, charset);
    }
    const auto artist = find_item(query, "artist");
    const auto title = find_item(query, "title");
    if (!artist || !title) {
        return std::nullopt;
    }
    // Joined as bytes, so that both are judged to be of one charset.
    return sanitize_title(std::string(*artist).append(" - ").append(*title), charset);
}

}  // namespace

MetadataTarget parse_metadata_target(const Query& query, MetadataDoor door) {
    MetadataTarget target;
    target.mount = copy(find_item(query, "mount"));
    if (door == MetadataDoor::Shoutcast) {
        target.password = copy(find_item(query, "pass"));
        target.stream_id = leading_number(find_item(query, "sid").value_or("1")).value_or(1);
    }
    return target;
}

std::variant<MetadataUpdate, Reply> parse_metadata_update(const Query& query, MetadataDoor door,
                                                          std::optional<Charset> mount_charset) {
    if (door == MetadataDoor::Icecast && !find_item(query, "mount")) {
        return text_reply(Status::BadRequest, "Missing parameter");
    }
    if (find_item(query, "mode") != "updinfo") {
        return iceresponse("No such action", false);
    }
    std::optional<Charset> charset = parse_charset(find_item(query, "charset").value_or(""));
    if (!charset) {
        charset = mount_charset;
    }
    MetadataUpdate update;
    update.title = title_of(query, charset);
    if (const auto url = find_item(query, "url")) {
        update.url = sanitize_title(*url, charset);
    }
    return update;
}

Reply iceresponse(std::string_view message, bool success) {
    Reply reply;
    reply.content_type = "text/xml; charset=utf-8";
    reply.body = "<?xml version=\"1.0\"?>\n<iceresponse><message>" + escape_xml(message) +
                 "</message><return>" + (success ? "1" : "0") + "</return></iceresponse>\n";
    return reply;
}

Reply metadata_done_reply(MetadataDoor door) {
    if (door == MetadataDoor::Icecast) {
        return iceresponse("Metadata update successful", true);
    }
    Reply reply;
    reply.content_type = "text/html; charset=utf-8";
    reply.body = "<!DOCTYPE html>\n<title>Ringcast</title>\n<p>Metadata update successful</p>\n";
    return reply;
}

Reply metadata_no_source_reply() {
    return text_reply(Status::BadRequest, "Source does not exist");
}

}  // namespace ringcast::server::http

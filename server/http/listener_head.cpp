// SPDX-License-Identifier: Apache-2.0
#include "server/http/listener_head.hpp"

#include <algorithm>

namespace ringcast::server::http {
namespace {

/// Parameters after ';' are kept.
std::string listener_type(const std::string& content_type) {
    const std::size_t end = std::min(content_type.find(';'), content_type.size());
    if (equals_ignore_case(trim(std::string_view(content_type).substr(0, end)), "audio/aacp")) {
        return "audio/aac" + content_type.substr(end);
    }
    return content_type;
}

}  // namespace

std::string render_listener_head(const ListenerHead& head, const ReplyTo& to,
                                 const ServerFace& server) {
    ReplyTo stream = to;
    stream.keep_alive = false;
    if (head.metaint != 0) {
        stream.version = Version::Http10;
    }
    HeadBuilder builder(Status::Ok, stream, server);
    builder.add("Content-Type", listener_type(head.content_type));
    builder.add_no_cache();
    builder.add_cors(stream);
    if (!head.audio_info.empty()) {
        builder.add("ice-audio-info", head.audio_info);
    }
    if (head.bitrate != 0) {
        builder.add_icy("icy-br", std::to_string(head.bitrate));
    }
    const auto add_text = [&builder](std::string_view name, const std::string& value) {
        if (!value.empty()) {
            builder.add_icy(name, value);
        }
    };
    add_text("icy-description", head.description);
    add_text("icy-genre", head.genre);
    add_text("icy-name", head.name);
    builder.add_icy("icy-pub", head.is_public ? "1" : "0");
    add_text("icy-url", head.url);
    if (head.metaint != 0) {
        builder.add_icy("icy-metaint", std::to_string(head.metaint));
    }
    return builder.finish();
}

}  // namespace ringcast::server::http

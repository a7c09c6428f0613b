// SPDX-License-Identifier: Apache-2.0
// The response head of a stream, as Icecast writes it (WIRE notes 6.1): never chunked, ended by
// close, HTTP/1.0 when ICY metadata is on because embedded players take it from that line.
#pragma once

#include <cstdint>
#include <string>

#include "server/http/response.hpp"

namespace ringcast::server::http {

/// What a listener is told about a station. Empty texts are left out.
struct ListenerHead {
    std::string content_type = "audio/mpeg";
    std::string name;
    std::string description;
    std::string genre;
    std::string url;
    std::uint32_t bitrate = 0;  ///< kbit/s; 0: unknown
    bool is_public = false;
    std::string audio_info;     ///< ice-audio-info as the source sent it
    std::uint32_t metaint = 0;  ///< bytes between ICY blocks; 0: none
};

/// The head, the same for GET and HEAD. audio/aacp becomes audio/aac, which browsers accept.
[[nodiscard]] std::string render_listener_head(const ListenerHead& head, const ReplyTo& to,
                                               const ServerFace& server);

}  // namespace ringcast::server::http

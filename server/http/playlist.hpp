// SPDX-License-Identifier: Apache-2.0
// Playlists that point at a stream: /mount.m3u, .pls, .xspf (WIRE notes section 9).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/response.hpp"

namespace ringcast::server::http {

enum class PlaylistFormat : std::uint8_t { M3u, Pls, Xspf };

struct PlaylistPath {
    PlaylistFormat format = PlaylistFormat::M3u;
    std::string_view mount;  ///< the path without the suffix
};

/// What a decoded path asks for; nothing when it has none of the suffixes or no name before it.
[[nodiscard]] std::optional<PlaylistPath> parse_playlist_path(std::string_view path);

/// The server as clients reach it.
struct PublicAddress {
    std::string_view scheme = "http";
    std::string_view hostname;
    std::uint16_t port = 8000;
};

/// True for `name`, `a.b.c.d` or `[v6]`, with or without `:port`. Some proxies send a Host with a
/// path in it, which must not end up in a URL.
[[nodiscard]] bool is_valid_host(std::string_view host);

/// "http://host:port/mount", encoded. `host` is the request's Host header, used when it is valid.
[[nodiscard]] std::string stream_url(std::string_view host, const PublicAddress& address,
                                     std::string_view mount);

/// What a playlist says about its one entry.
struct PlaylistEntry {
    std::string url;
    std::string name;   ///< may be empty
    std::string title;  ///< what plays now; may be empty
    std::string info;   ///< more lines about the stream, for XSPF; may be empty
};

[[nodiscard]] Reply playlist_reply(PlaylistFormat format, const PlaylistEntry& entry);

}  // namespace ringcast::server::http

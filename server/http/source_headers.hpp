// SPDX-License-Identifier: Apache-2.0
// What a source says about its stream: ice-*, icy-* and x-audiocast-* headers, from an HTTP request
// or a SHOUTcast login, in the precedence of Icecast (WIRE notes 3.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/http/header_list.hpp"
#include "server/http/request.hpp"

namespace ringcast::server::http {

/// Longest text of a property, in bytes; what is longer is cut.
constexpr std::size_t kPropertyBytesMax = 255;
/// Most keys taken from ice-audio-info.
constexpr std::size_t kAudioInfoItemsMax = 16;

/// All texts are clean UTF-8 of one line; empty where the source said nothing.
struct SourceProperties {
    std::string content_type;
    std::string name;
    std::string description;
    std::string url;
    std::string genre;
    std::uint32_t bitrate = 0;      ///< kbit/s; 0: not said
    std::optional<bool> is_public;  ///< nothing: not said (private then)
    std::string audio_info;         ///< ice-audio-info, verbatim
    /// Its key=value parts, decoded, in order; keys are XML names of at most 32 bytes.
    std::vector<std::pair<std::string, std::string>> audio_info_items;
    std::string user_agent;
    std::uint32_t icy_metaint = 0;  ///< the source itself interleaves ICY blocks; 0: it does not
};

/// Content type as sent: it is a fault of PUT and POST to say none (403), which the caller finds by
/// the empty text.
[[nodiscard]] SourceProperties parse_source_headers(const HeaderList& headers);

/// As above; a SOURCE request without a content type means audio/mpeg. ICE/1.0 and HTTP alike.
[[nodiscard]] SourceProperties parse_source_request(const Request& request);

/// As above for the header lines of a SHOUTcast login, without a content type audio/mpeg.
[[nodiscard]] SourceProperties parse_shoutcast_headers(const HeaderList& headers);

}  // namespace ringcast::server::http

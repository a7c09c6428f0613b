// SPDX-License-Identifier: Apache-2.0
// Title updates: /admin/metadata (Icecast) and /admin.cgi (SHOUTcast), by GET or by a POST form.
// In two steps, since authentication comes before the check of parameters and needs the mount.
// WIRE notes sections 4, 5 and 11.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "server/http/charset.hpp"
#include "server/http/response.hpp"
#include "server/http/url.hpp"

namespace ringcast::server::http {

enum class MetadataDoor : std::uint8_t {
    Icecast,    ///< /admin/metadata: `mount` is required
    Shoutcast,  ///< /admin.cgi: `pass` may stand for credentials; without `mount`, the port's
                ///< station
};

/// Whom an update is for and who sends it; no parameter is required yet.
struct MetadataTarget {
    std::optional<std::string> mount;     ///< decoded; as sent, so it may lack the '/'
    std::optional<std::string> password;  ///< `pass`; Shoutcast only
    std::uint32_t stream_id = 1;          ///< `sid`; Shoutcast only
};

[[nodiscard]] MetadataTarget parse_metadata_target(const Query& query, MetadataDoor door);

/// What to set, clean UTF-8, ready for an ICY block.
struct MetadataUpdate {
    std::optional<std::string> title;  ///< `song`, or `artist - title` when both are there
    std::optional<std::string> url;    ///< for StreamUrl
};

/// The update, or the reply that refuses it (wrong `mode`: 200 with <return>0</return>; no `mount`
/// where it is required: 400). `mount_charset` counts when the query names no charset.
[[nodiscard]] std::variant<MetadataUpdate, Reply> parse_metadata_update(
    const Query& query, MetadataDoor door, std::optional<Charset> mount_charset);

/// 200 with Icecast's <iceresponse>.
[[nodiscard]] Reply iceresponse(std::string_view message, bool success);

/// 200: ocaml-cry demands it. "Metadata update successful", in the form of the door.
[[nodiscard]] Reply metadata_done_reply(MetadataDoor door);

/// 400 "Source does not exist", as Icecast 2.4.
[[nodiscard]] Reply metadata_no_source_reply();

}  // namespace ringcast::server::http

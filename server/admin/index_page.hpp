// SPDX-License-Identifier: Apache-2.0
// The page at `/`: stations, what plays, listener counts, a player. One document without outside
// resources, which fetches /status-json.xsl every few seconds; index.html beside this file.
#pragma once

#include <string_view>

#include "server/http/response.hpp"

namespace ringcast::server::admin {

/// The page, headed by the server's name.
[[nodiscard]] http::Reply index_page_reply(std::string_view server_name);

}  // namespace ringcast::server::admin

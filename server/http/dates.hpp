// SPDX-License-Identifier: Apache-2.0
// Points in time as text, always UTC, whatever the locale.
#pragma once

#include <chrono>
#include <string>

namespace ringcast::server::http {

/// "Sat, 21 Nov 2026 11:47:32 GMT": the Date header (RFC 9110 section 5.6.7).
[[nodiscard]] std::string http_date(std::chrono::sys_seconds time);

/// "Sat, 21 Nov 2026 11:47:32 +0000": server_start and stream_start of Icecast's statistics.
[[nodiscard]] std::string icecast_date(std::chrono::sys_seconds time);

/// "2026-11-21T11:47:32+0000": the *_iso8601 keys of Icecast's statistics.
[[nodiscard]] std::string iso8601_date(std::chrono::sys_seconds time);

}  // namespace ringcast::server::http

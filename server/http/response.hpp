// SPDX-License-Identifier: Apache-2.0
// Replies as text: status line in the request's own version, Icecast's generic headers, CORS on
// every status, no way to inject a header. WIRE notes 1.10, 2.2, 3.1, 8.3, 8.4.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/header_list.hpp"
#include "server/http/request.hpp"
#include "server/http/status.hpp"

namespace ringcast::server::http {

/// What a source gets once it is accepted: no other header, in its own version. Encoders compare
/// the first bytes.
[[nodiscard]] constexpr std::string_view source_accepted(Version version) {
    return version == Version::Http11 ? "HTTP/1.1 200 OK\r\n\r\n" : "HTTP/1.0 200 OK\r\n\r\n";
}

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kShoutcastAccepted = "OK2\r\nicy-caps:11\r\n\r\n";
constexpr std::string_view kShoutcastRefused = "invalid password\r\n";

/// What a reply takes over from the request it answers. The default answers bytes that were no
/// request.
struct ReplyTo {
    Version version = Version::Http10;
    bool keep_alive = false;  ///< a handler that leaves a body unread sets it to false
    bool head_only = false;   ///< HEAD: headers as for GET, no body
    /// Browsers may send credentials across origins: not under /admin, whose replies a page that
    /// the admin happens to visit could read otherwise.
    bool shares_credentials = true;
    std::string origin;  ///< the Origin header; empty when there was none
    std::string_view allow = "GET, HEAD, POST, PUT, OPTIONS, SOURCE";
};

[[nodiscard]] ReplyTo reply_to(const Request& request);

/// What a handler decides on.
struct Reply {
    Status status = Status::Ok;
    std::string content_type;  ///< empty: no body
    std::string body;
    std::string realm;            ///< of WWW-Authenticate; Unauthorized only
    std::vector<Header> headers;  ///< more of them; CR, LF and NUL are taken out
};

/// The server as its replies name it.
struct ServerFace {
    std::string_view id;  ///< the Server header
    std::chrono::sys_seconds now;
};

/// Builds a head line by line. Control characters in values are left out.
class HeadBuilder {
  public:
    /// Writes the status line, Server, Connection and Date.
    HeadBuilder(Status status, const ReplyTo& to, const ServerFace& server);

    /// "name: value".
    void add(std::string_view name, std::string_view value);

    /// "name:value", as ICY headers are written.
    void add_icy(std::string_view name, std::string_view value);

    /// Cache-Control, Expires, Pragma.
    void add_no_cache();

    /// The CORS set, for the request's Origin when it had one, else for any.
    void add_cors(const ReplyTo& to);

    /// The head with its empty line. The builder is used up.
    [[nodiscard]] std::string finish();

  private:
    std::string text_;
};

/// The whole reply, head and body.
[[nodiscard]] std::string render_reply(const Reply& reply, const ReplyTo& to,
                                       const ServerFace& server);

/// text/plain with `text` and a line end.
[[nodiscard]] Reply text_reply(Status status, std::string_view text);

[[nodiscard]] Reply error_reply(const HttpError& error);

/// 401 that asks for Basic credentials.
[[nodiscard]] Reply unauthorized_reply(std::string_view realm);

/// 204 to any OPTIONS: libshout's probe and CORS preflights.
[[nodiscard]] Reply options_reply();

}  // namespace ringcast::server::http

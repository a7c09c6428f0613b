// SPDX-License-Identifier: Apache-2.0
// One HTTP exchange per connection, kept as plain as the wire: heads are compared as text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/wire_client.hpp"

namespace ringcast::tests::support {

struct HttpRequest {
    std::string method = "GET";
    std::string target = "/";
    std::string version = "HTTP/1.1";
    std::vector<std::string> headers{};  ///< whole lines without CRLF; Host is added
    std::string body{};                  ///< sent with its Content-Length when not empty
};

struct HttpReply {
    std::string head;  ///< with its blank line
    std::string body{};

    /// The number in the status line; 0 when there is none.
    [[nodiscard]] int status() const;
    /// "HTTP/1.0" of "HTTP/1.0 200 OK".
    [[nodiscard]] std::string version() const;
    /// Value of the first header of that name, any case, blanks trimmed; "" when absent.
    [[nodiscard]] std::string header(std::string_view name) const;
};

/// The head of `request` as bytes, ending in the blank line.
[[nodiscard]] std::string head_of(const HttpRequest& request, std::uint16_t port);

/// Reads one reply; its body by Content-Length, else to the end of the connection (none after
/// HEAD).
[[nodiscard]] HttpReply read_reply(WireClient& wire, bool body_expected = true);

/// Connects, asks, reads the reply, closes.
[[nodiscard]] HttpReply exchange(std::uint16_t port, const HttpRequest& request);

/// GET of `target`.
[[nodiscard]] HttpReply get(std::uint16_t port, const std::string& target,
                            std::vector<std::string> headers = {});

/// "Authorization: Basic ..." line.
[[nodiscard]] std::string basic_auth(std::string_view user, std::string_view password);

}  // namespace ringcast::tests::support

// SPDX-License-Identifier: Apache-2.0
// A listener that a test drives itself.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/http_client.hpp"
#include "tests/support/icy_split.hpp"
#include "tests/support/wire_client.hpp"

namespace ringcast::tests::support {

struct ListenOptions {
    std::vector<std::string> headers{};
    std::string version = "HTTP/1.1";
    WireOptions wire{};
};

struct Listener {
    WireClient wire;
    HttpReply reply;  ///< its head; the stream is still to be read
};

/// Asks for `target` and reads the head of the answer, whatever it is.
[[nodiscard]] Listener listen(std::uint16_t port, const std::string& target,
                              const ListenOptions& options = {});

/// As listen, with ICY metadata.
[[nodiscard]] Listener listen_icy(std::uint16_t port, const std::string& target);

/// `bytes` of the body of an ICY listener, metadata taken out.
[[nodiscard]] IcyStream read_icy(Listener& listener, std::size_t bytes);

}  // namespace ringcast::tests::support

// SPDX-License-Identifier: Apache-2.0
// The kernel's own name for a socket, which no other socket ever has (SO_COOKIE, socket(7)).
#pragma once

#include <sys/socket.h>

#include <cstdint>

namespace ringcast::server::net {

/// 0 when `descriptor` is no socket. Any thread.
[[nodiscard]] inline std::uint64_t socket_cookie(int descriptor) {
    std::uint64_t cookie = 0;
    socklen_t size = sizeof(cookie);
    (void)::getsockopt(descriptor, SOL_SOCKET, SO_COOKIE, &cookie, &size);
    return cookie;
}

}  // namespace ringcast::server::net

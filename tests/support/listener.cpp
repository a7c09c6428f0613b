// SPDX-License-Identifier: Apache-2.0
#include "tests/support/listener.hpp"

#include <cstdlib>

namespace ringcast::tests::support {

Listener listen(std::uint16_t port, const std::string& target, const ListenOptions& options) {
    Listener listener{WireClient(port, options.wire), {}};
    listener.wire.send(
        head_of({.target = target, .version = options.version, .headers = options.headers}, port));
    listener.reply.head = listener.wire.read_head();
    return listener;
}

Listener listen_icy(std::uint16_t port, const std::string& target) {
    return listen(port, target, {.headers = {"Icy-MetaData: 1"}});
}

IcyStream read_icy(Listener& listener, std::size_t bytes) {
    const std::string metaint = listener.reply.header("icy-metaint");
    if (metaint.empty()) {
        return {.audio = "", .blocks = {}, .fault = "no icy-metaint in " + listener.reply.head};
    }
    return split_icy(listener.wire.read_exactly(bytes), std::strtoul(metaint.c_str(), nullptr, 10));
}

}  // namespace ringcast::tests::support

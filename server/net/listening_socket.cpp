// SPDX-License-Identifier: Apache-2.0
#include "server/net/listening_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cerrno>
#include <cstring>

namespace ringcast::server::net {

namespace {

using boost::asio::ip::tcp;

/// Deep enough for a storm of listeners between two turns of a worker; the kernel cuts it at
/// net.core.somaxconn.
constexpr int kBacklog = 65535;

core::Error failed(const char* what) {
    return core::Error{core::Errc::System, std::string(what) + ": " + std::strerror(errno)};
}

void set_option(int descriptor, int level, int name, int value) {
    (void)::setsockopt(descriptor, level, name, &value, sizeof(value));
}

/// The first socket of a port binds without SO_REUSEPORT, so that another process's port is found
/// in use; it is set behind the bind, so that the others may join.
core::Result<int> open_one(const tcp::endpoint& endpoint, bool first) {
    const int descriptor =
        ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) {
        return failed("cannot make a socket");
    }
    set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, 1);
    if (endpoint.address().is_v6()) {
        set_option(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, 0);
    }
    if (!first) {
        set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    }
    if (::bind(descriptor, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
        core::Error error = failed("cannot bind");
        ::close(descriptor);
        return error;
    }
    if (first) {
        set_option(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    }
    if (::listen(descriptor, kBacklog) != 0) {
        core::Error error = failed("cannot listen");
        ::close(descriptor);
        return error;
    }
    return descriptor;
}

std::uint16_t bound_port(int descriptor) {
    tcp::endpoint endpoint(tcp::v6(), 0);
    auto size = static_cast<socklen_t>(endpoint.capacity());
    if (::getsockname(descriptor, endpoint.data(), &size) != 0) {
        return 0;
    }
    endpoint.resize(size);
    return endpoint.port();
}

bool has_ipv6() {
    const int descriptor = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return false;
    }
    ::close(descriptor);
    return true;
}

}  // namespace

core::Result<ListeningPort> open_listening_port(const std::string& address, std::uint16_t port,
                                                std::uint32_t count) {
    boost::system::error_code error;
    boost::asio::ip::address parsed = boost::asio::ip::make_address(address, error);
    if (error) {
        return core::Error{core::Errc::System, "no address: " + address};
    }
    if (parsed.is_v6() && parsed.is_unspecified() && !has_ipv6()) {
        parsed = boost::asio::ip::address_v4::any();
    }
    ListeningPort result{.port = port, .descriptors = {}};
    for (std::uint32_t i = 0; i < count; ++i) {
        core::Result<int> descriptor = open_one({parsed, result.port}, i == 0);
        if (!descriptor) {
            for (const int open : result.descriptors) {
                ::close(open);
            }
            return descriptor.error();
        }
        result.descriptors.push_back(*descriptor);
        if (i == 0) {
            result.port = bound_port(*descriptor);
        }
    }
    return result;
}

}  // namespace ringcast::server::net

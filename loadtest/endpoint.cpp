// SPDX-License-Identifier: Apache-2.0
#include "loadtest/endpoint.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <system_error>

namespace ringcast::loadtest {

namespace {

core::Error system_error(std::string_view what, int error) {
    return {core::Errc::System, std::string(what) + ": " + error_text(error)};
}

core::Error bad_url(const std::string& url) {
    return {core::Errc::System, "not a URL of the form http[s]://host[:port]/path: " + url};
}

}  // namespace

void UniqueFd::reset() {
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

std::string error_text(int error) {
    return std::error_code(error, std::generic_category()).message();
}

core::Result<Address> resolve(const std::string& host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    if (error != 0) {
        return core::Error{core::Errc::System, host + ": " + ::gai_strerror(error)};
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> guard(found, &::freeaddrinfo);
    Address address;
    std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
    address.size = found->ai_addrlen;
    return address;
}

core::Result<std::vector<Target>> make_targets(const std::string& host, std::uint16_t port,
                                               const std::string& path, StationRange stations) {
    const auto address = resolve(host, port);
    if (!address) {
        return address.error();
    }
    const bool v6 = host.find(':') != std::string::npos;
    const std::string name = (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
    const std::size_t place = path.find("{}");
    std::vector<Target> targets;
    for (std::uint32_t i = 0; i < stations.count; ++i) {
        const std::uint32_t station = stations.first + i;
        Target target{*address, name, path, station};
        if (place == std::string::npos) {
            targets.push_back(std::move(target));
            break;
        }
        target.path.replace(place, 2, std::to_string(station));
        targets.push_back(std::move(target));
    }
    return targets;
}

core::Result<std::vector<Target>> parse_url(const std::string& url, StationRange stations) {
    constexpr std::string_view kPlain = "http://";
    constexpr std::string_view kTls = "https://";
    const bool tls = url.starts_with(kTls);
    if (!tls && !url.starts_with(kPlain)) {
        return bad_url(url);
    }
    const std::size_t begin = (tls ? kTls : kPlain).size();
    const std::size_t slash = std::min(url.find('/', begin), url.size());
    std::string host = url.substr(begin, slash - begin);
    std::uint16_t port = tls ? 443 : 80;
    const std::size_t colon = host.rfind(':');
    if (colon != std::string::npos && host.find(']', colon) == std::string::npos) {
        const char* end = host.data() + host.size();
        const auto parsed = std::from_chars(host.data() + colon + 1, end, port);
        if (parsed.ec != std::errc{} || parsed.ptr != end) {
            return bad_url(url);
        }
        host.resize(colon);
    }
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    if (host.empty()) {
        return bad_url(url);
    }
    const std::string path = slash < url.size() ? url.substr(slash) : "/";
    auto targets = make_targets(host, port, path, stations);
    if (!targets) {
        return targets;
    }
    if (path.find("{}") == std::string::npos) {
        targets->front().station.reset();
    }
    for (Target& target : *targets) {
        target.tls_host = tls ? std::optional(host) : std::nullopt;
    }
    return targets;
}

core::Result<UniqueFd> begin_connect(const Address& to, const Address* from) {
    UniqueFd fd(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd) {
        return system_error("socket", errno);
    }
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (from != nullptr) {
        // The port is chosen at connect, so that each address has its ports for each server.
        ::setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
        if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&from->storage), from->size) != 0) {
            return system_error("bind", errno);
        }
    }
    if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&to.storage), to.size) != 0 &&
        errno != EINPROGRESS) {
        return system_error("connect", errno);
    }
    return fd;
}

std::size_t raise_descriptor_limit() {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

}  // namespace ringcast::loadtest

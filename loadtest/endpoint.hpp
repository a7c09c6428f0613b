// SPDX-License-Identifier: Apache-2.0
// Where to connect to, and plain non-blocking TCP connections: what sources and listeners share.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace ringcast::loadtest {

/// Owns a descriptor.
class UniqueFd {
  public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : fd_(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~UniqueFd() { reset(); }

    void reset();
    [[nodiscard]] int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

struct Address {
    sockaddr_storage storage{};
    socklen_t size = 0;
};

/// One mount of a server, and the station that is expected there.
struct Target {
    Address address;
    std::string host;  ///< as a Host header wants it: name:port
    std::string path;  ///< begins with '/'
    std::optional<std::uint32_t> station;
    std::optional<std::string> tls_host{};  ///< with TLS, to a server of this name; nothing: plain
};

/// The stations `first` up to `first + count - 1`.
struct StationRange {
    std::uint32_t first = 1;
    std::uint32_t count = 1;
};

/// Looks `host` up (blocking); `port` 0 is for addresses to bind to.
[[nodiscard]] core::Result<Address> resolve(const std::string& host, std::uint16_t port);

/// The mounts of `path` at a server. If `path` contains "{}", one for each station, with its number
/// in that place; else one mount, that of the first station.
[[nodiscard]] core::Result<std::vector<Target>> make_targets(const std::string& host,
                                                             std::uint16_t port,
                                                             const std::string& path,
                                                             StationRange stations);

/// As make_targets(), from http://host[:port]/path or https://... Without "{}" any one station is
/// expected.
[[nodiscard]] core::Result<std::vector<Target>> parse_url(const std::string& url,
                                                          StationRange stations);

/// Begins to connect; what becomes of it shows in the first send. `from`, if not null, is the
/// source address. An error is the failed call and errno's text.
[[nodiscard]] core::Result<UniqueFd> begin_connect(const Address& to, const Address* from);

/// Text of an errno value. Any thread.
[[nodiscard]] std::string error_text(int error);

/// Raises the limit of open descriptors to what the system allows and returns it.
std::size_t raise_descriptor_limit();

}  // namespace ringcast::loadtest

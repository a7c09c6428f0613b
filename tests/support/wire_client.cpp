// SPDX-License-Identifier: Apache-2.0
#include "tests/support/wire_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ringcast::tests::support {
namespace {

constexpr std::size_t kReadMax = 1 << 20;

int connect_to(const std::string& address, std::uint16_t port, int fd_family, int fd) {
    if (fd_family == AF_INET6) {
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(port);
        inet_pton(AF_INET6, address.c_str(), &to.sin6_addr);
        return connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    inet_pton(AF_INET, address.c_str(), &to.sin_addr);
    return connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to);
}

}  // namespace

WireClient::WireClient(std::uint16_t port, const WireOptions& options) {
    const int family = options.address.find(':') == std::string::npos ? AF_INET : AF_INET6;
    fd_ = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (options.receive_buffer > 0) {
        setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &options.receive_buffer,
                   sizeof options.receive_buffer);
    }
    if (connect_to(options.address, port, family, fd_) != 0) {
        const std::string reason = std::strerror(errno);
        close();
        throw WireError("connect to " + options.address + ":" + std::to_string(port) + ": " +
                        reason);
    }
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

WireClient::~WireClient() {
    close();
}

WireClient::WireClient(WireClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffered_(std::move(other.buffered_)) {
}

WireClient& WireClient::operator=(WireClient&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(buffered_, other.buffered_);
    return *this;
}

void WireClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        pollfd waiting{fd_, POLLOUT, 0};
        if (poll(&waiting, 1, static_cast<int>(kPatience.count())) <= 0) {
            throw WireError("the peer takes no bytes");
        }
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN) {
            throw WireError(std::string("send: ") + std::strerror(errno));
        }
        bytes.remove_prefix(sent < 0 ? 0 : static_cast<std::size_t>(sent));
    }
}

WireClient::Got WireClient::receive(Clock::time_point deadline) {
    pollfd waiting{fd_, POLLIN, 0};
    if (poll(&waiting, 1, poll_timeout(deadline)) <= 0) {
        return Got::Nothing;
    }
    std::array<char, 65536> piece;
    const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
    if (got <= 0) {
        return Got::End;
    }
    buffered_.append(piece.data(), static_cast<std::size_t>(got));
    return Got::Bytes;
}

std::string WireClient::read_until(std::string_view delimiter, milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    for (;;) {
        const std::size_t at = buffered_.find(delimiter);
        if (at != std::string::npos) {
            const std::size_t end = at + delimiter.size();
            std::string result = buffered_.substr(0, end);
            buffered_.erase(0, end);
            return result;
        }
        if (buffered_.size() > kReadMax || receive(deadline) != Got::Bytes) {
            throw WireError("no delimiter in: " + buffered_.substr(0, 500));
        }
    }
}

std::string WireClient::read_exactly(std::size_t count, milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    while (buffered_.size() < count) {
        if (receive(deadline) != Got::Bytes) {
            throw WireError("only " + std::to_string(buffered_.size()) + " of " +
                            std::to_string(count) + " bytes came");
        }
    }
    std::string result = buffered_.substr(0, count);
    buffered_.erase(0, count);
    return result;
}

std::string WireClient::read_until_quiet(milliseconds quiet) {
    while (receive(Clock::now() + quiet) == Got::Bytes) {
    }
    return std::exchange(buffered_, {});
}

std::string WireClient::read_to_end(milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    for (;;) {
        switch (receive(deadline)) {
            case Got::Bytes:
                break;
            case Got::End:
                return std::exchange(buffered_, {});
            case Got::Nothing:
                throw WireError("still open after " + std::to_string(buffered_.size()) + " bytes");
        }
    }
}

bool WireClient::closed_within(milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    for (;;) {
        buffered_.clear();
        switch (receive(deadline)) {
            case Got::Bytes:
                break;
            case Got::End:
                return true;
            case Got::Nothing:
                return false;
        }
    }
}

void WireClient::half_close() const {
    shutdown(fd_, SHUT_WR);
}

void WireClient::reset() {
    const linger abort{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
    close();
}

void WireClient::close() {
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

}  // namespace ringcast::tests::support

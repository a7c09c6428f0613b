// SPDX-License-Identifier: Apache-2.0
// A server of one thread that gives every listener the same two frames, then nothing, and counts
// how they leave.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "core/check.hpp"
#include "loadtest/endpoint.hpp"
#include "loadtest/wall_clock.hpp"
#include "tests/loadtest/stream_builder.hpp"

namespace ringcast::loadtest {

class CountingServer {
  public:
    struct Departures {
        std::uint64_t closed = 0;
        std::uint64_t reset = 0;
        std::uint64_t half_way = 0;  ///< closed before the end of the request
    };

    /// Listens on a port of 127.0.0.1 that the system chooses.
    CountingServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        core::check(::bind(listener_.get(), any, size) == 0 &&
                        ::listen(listener_.get(), SOMAXCONN) == 0 &&
                        ::getsockname(listener_.get(), any, &size) == 0,
                    "a port can be had");
        port_ = ntohs(address.sin_port);
    }

    std::uint16_t port() const { return port_; }

    void start() {
        thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
    }

    /// Waits until the last listener has left.
    Departures stop() {
        thread_.request_stop();
        thread_.join();
        return departures_;
    }

  private:
    struct Connection {
        UniqueFd fd;
        std::string request;
    };

    void run(const std::stop_token& stop) {
        bool drained = false;
        while (!drained) {
            const bool stopping = stop.stop_requested();
            const bool came = accept_all();
            std::erase_if(connections_, [this](Connection& one) { return has_left(one); });
            drained = stopping && !came && connections_.empty();
            if (!came) {
                pollfd wanted{listener_.get(), POLLIN, 0};
                ::poll(&wanted, 1, 1);
            }
        }
    }

    bool accept_all() {
        bool came = false;
        for (;;) {
            UniqueFd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK));
            if (!fd) {
                return came;
            }
            connections_.push_back({std::move(fd), {}});
            came = true;
        }
    }

    bool has_left(Connection& one) {
        constexpr std::string_view kHeadEnd = "\r\n\r\n";
        std::array<char, 4'096> buffer{};
        const ssize_t size = ::recv(one.fd.get(), buffer.data(), buffer.size(), 0);
        if (size < 0 && errno == EAGAIN) {
            return false;
        }
        if (size <= 0) {
            const bool half_way = one.request.find(kHeadEnd) == std::string::npos;
            ++(size < 0 ? departures_.reset : half_way ? departures_.half_way : departures_.closed);
            return true;
        }
        one.request.append(buffer.data(), static_cast<std::size_t>(size));
        if (one.request.ends_with(kHeadEnd)) {
            answer(one.fd);
        }
        return false;
    }

    static void answer(const UniqueFd& fd) {
        const std::string head = "HTTP/1.0 200 OK\r\n\r\n";
        const StreamBuilder builder;
        const std::int64_t now_us = wall_now_us();
        Bytes bytes;
        for (const std::uint64_t number : {kFirst, kFirst + 1}) {
            bytes += builder.frame(FrameIdentity{kStation, number, kFirst, now_us});
        }
        ::send(fd.get(), head.data(), head.size(), MSG_NOSIGNAL);
        ::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }

    UniqueFd listener_;
    std::uint16_t port_ = 0;
    std::vector<Connection> connections_;
    Departures departures_;
    std::jthread thread_;
};

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/tap_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace ringcast::tests::support {
namespace {

constexpr int kTickMs = 50;

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

TapProxy::TapProxy(std::uint16_t upstream_port) : upstream_port_(upstream_port) {
    listen_fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    if (bind(listen_fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        listen(listen_fd_, 64) != 0 ||
        getsockname(listen_fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        throw std::runtime_error("the tap cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_loop(); });
}

TapProxy::~TapProxy() {
    stopping_ = true;
    acceptor_.join();
    for (std::thread& relay : relays_) {
        relay.join();
    }
    close(listen_fd_);
}

void TapProxy::accept_loop() {
    while (!stopping_) {
        pollfd waiting{listen_fd_, POLLIN, 0};
        if (poll(&waiting, 1, kTickMs) <= 0) {
            continue;
        }
        const int client_fd = accept4(listen_fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client_fd < 0) {
            continue;
        }
        const std::scoped_lock lock(mutex_);
        Conversation& conversation = conversations_.emplace_back();
        relays_.emplace_back([this, client_fd, &conversation] { relay(client_fd, conversation); });
    }
}

void TapProxy::relay(int client_fd, Conversation& conversation) {
    const int server_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(upstream_port_);
    bool client_open =
        connect(server_fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    bool server_open = client_open;
    while (!stopping_ && server_open) {
        std::array<pollfd, 2> waiting{
            {{client_open ? client_fd : -1, POLLIN, 0}, {server_fd, POLLIN, 0}}};
        if (poll(waiting.data(), waiting.size(), kTickMs) <= 0) {
            continue;
        }
        if (waiting[0].revents != 0) {
            pump(client_fd, server_fd, conversation.client, client_open);
        }
        if (waiting[1].revents != 0) {
            pump(server_fd, client_fd, conversation.server, server_open);
        }
    }
    close(server_fd);
    close(client_fd);
}

void TapProxy::pump(int from, int to, std::string& record, bool& open) {
    std::array<char, 65536> piece;
    const ssize_t got = recv(from, piece.data(), piece.size(), 0);
    if (got <= 0) {
        shutdown(to, SHUT_WR);
        open = false;
        return;
    }
    const std::string_view bytes(piece.data(), static_cast<std::size_t>(got));
    {
        const std::scoped_lock lock(mutex_);  // recorded before it is passed on
        record.append(bytes);
    }
    if (!send_all(to, bytes)) {
        open = false;
    }
}

std::vector<Conversation> TapProxy::conversations() const {
    const std::scoped_lock lock(mutex_);
    return {conversations_.begin(), conversations_.end()};
}

std::string TapProxy::longest_request_body() const {
    std::string longest;
    for (const Conversation& conversation : conversations()) {
        if (conversation.client.size() > longest.size()) {
            longest = conversation.client;
        }
    }
    // A keep-alive connection may have carried a refused login first: the last head counts.
    std::size_t body = 0;
    for (const std::string_view method : {"PUT ", "SOURCE ", "POST "}) {
        for (std::size_t at = longest.find(method); at != std::string::npos;
             at = longest.find(method, at + 1)) {
            const bool starts_head = at == 0 || longest.compare(at - 4, 4, "\r\n\r\n") == 0;
            body = starts_head ? std::max(body, at) : body;
        }
    }
    const std::size_t end = longest.find("\r\n\r\n", body);
    return end == std::string::npos ? "" : longest.substr(end + 4);
}

std::string TapProxy::longest_answer() const {
    std::string longest;
    for (const Conversation& conversation : conversations()) {
        if (conversation.server.size() > longest.size()) {
            longest = conversation.server;
        }
    }
    return longest;
}

}  // namespace ringcast::tests::support

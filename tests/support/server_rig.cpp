// SPDX-License-Identifier: Apache-2.0
#include "tests/support/server_rig.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <random>
#include <stdexcept>
#include <utility>

#include "server/ingest/source_description.hpp"
#include "server/runtime/system_clock.hpp"
#include "tests/support/audio_builder.hpp"

namespace ringcast::tests {

namespace {

std::unique_ptr<core::BlockPool> make_pool(const RigCapacity& capacity) {
    auto pool = core::BlockPool::create({.extent_bytes = core::kExtentBytesMin,
                                         .extents = capacity.extents,
                                         .stations = capacity.stations,
                                         .sources = capacity.stations,
                                         .listeners = capacity.listeners,
                                         .identity_cells = 4096});
    if (!pool) {
        throw std::runtime_error(pool.error().message);
    }
    return std::move(*pool);
}

void must(bool done, const char* what) {
    if (!done) {
        throw std::runtime_error(std::string(what) + ": " + std::strerror(errno));
    }
}

}  // namespace

ServerRig::ServerRig(RigCapacity capacity)
    : pool(make_pool(capacity)), table(*pool), identities(*pool), registry(*pool) {
}

std::shared_ptr<server::stations::StationEntry> ServerRig::station(
    server::stations::StationSettings settings, const std::string& content_type) {
    settings.ring_bytes = std::max(settings.ring_bytes, core::kExtentBytesMin);
    auto entry = registry.add(std::move(settings));
    if (!entry) {
        throw std::runtime_error(entry.error().message);
    }
    const bool fresh = (*entry)->change_type(content_type);
    EXPECT_TRUE((*entry)->station().begin_source(content_type, fresh));
    server::http::SourceProperties properties;
    properties.content_type = content_type;
    (*entry)->set_broadcast(
        server::ingest::make_broadcast((*entry)->settings(), properties, "192.0.2.1"));
    return *entry;
}

void publish(server::stations::StationEntry& entry, std::string_view bytes) {
    core::Station& station = entry.station();
    while (!bytes.empty()) {
        const std::size_t size = std::min(bytes.size(), station.ring().reserve_max());
        const std::span<std::byte> span = station.prepare(size);
        ASSERT_EQ(span.size(), size) << "nobody is sending";
        std::memcpy(span.data(), bytes.data(), size);
        const std::size_t published = station.publish(size, 1000);
        if (published == 0) {
            return;
        }
        bytes.remove_prefix(published);
    }
}

TcpPair::TcpPair(int receive_bytes) {
    const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const any = reinterpret_cast<sockaddr*>(&address);  // as the sockets API wants it
    socklen_t size = sizeof(address);
    must(::bind(listening, any, size) == 0 && ::listen(listening, 1) == 0 &&
             ::getsockname(listening, any, &size) == 0,
         "no listening socket");
    client_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_bytes != 0) {
        (void)::setsockopt(client_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof(receive_bytes));
    }
    must(::connect(client_, any, size) == 0, "no connection");
    server_ = ::accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    must(server_ >= 0, "nothing to accept");
    ::close(listening);
}

TcpPair::~TcpPair() {
    close();
    if (server_ >= 0) {
        ::close(server_);
    }
}

int TcpPair::take_server() {
    return std::exchange(server_, -1);
}

void TcpPair::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        must(sent > 0, "the server takes nothing");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool TcpPair::read() {
    std::array<char, 65536> buffer;
    const ssize_t got = ::recv(client_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    progressed_ = got > 0;
    ended_ = ended_ || got == 0 || (got < 0 && errno != EAGAIN);
    if (got > 0) {
        received_.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return !ended_;
}

bool TcpPair::was_reset() const {
    int error = 0;
    socklen_t size = sizeof(error);
    (void)::getsockopt(client_, SOL_SOCKET, SO_ERROR, &error, &size);
    return error != 0;
}

void TcpPair::half_close() const {
    ::shutdown(client_, SHUT_WR);
}

void TcpPair::reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    (void)::setsockopt(client_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close();
}

void TcpPair::close() {
    if (client_ >= 0) {
        ::close(std::exchange(client_, -1));
    }
}

std::string numbered_frames(std::uint32_t first, std::uint32_t count) {
    std::mt19937 random(first);
    std::string frames;
    for (std::uint32_t number = first; number < first + count; ++number) {
        const Bytes frame = mp3_frame({.kbps = 128, .sample_rate = 48000}, random);
        std::string text(reinterpret_cast<const char*>(frame.data()), frame.size());
        std::memcpy(text.data() + 8, &number, sizeof(number));
        frames += text;
    }
    return frames;
}

}  // namespace ringcast::tests

// SPDX-License-Identifier: Apache-2.0
// The kernel's answers are taken apart within their bounds, and real sockets are found by port.
#include "loadtest/socket_memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace ringcast::loadtest {
namespace {

using Bytes = std::vector<std::byte>;

template <class T>
void append(Bytes& bytes, const T& object) {
    const std::size_t at = bytes.size();
    bytes.resize(at + sizeof(T));
    std::memcpy(bytes.data() + at, &object, sizeof(T));
}

Bytes message(std::uint16_t type, const Bytes& body) {
    nlmsghdr head{};
    head.nlmsg_len = static_cast<std::uint32_t>(sizeof(head) + body.size());
    head.nlmsg_type = type;
    Bytes bytes;
    append(bytes, head);
    bytes.insert(bytes.end(), body.begin(), body.end());
    return bytes;
}

/// A socket's message with `queued`, `received` and `reserve` bytes.
Bytes socket_message(std::uint32_t queued, std::uint32_t received, std::uint32_t reserve) {
    std::array<std::uint32_t, SK_MEMINFO_VARS> counters{};
    counters[SK_MEMINFO_WMEM_QUEUED] = queued;
    counters[SK_MEMINFO_RMEM_ALLOC] = received;
    counters[SK_MEMINFO_FWD_ALLOC] = reserve;
    rtattr other{};
    other.rta_len = sizeof(rtattr) + 1;  // padded to eight bytes
    other.rta_type = INET_DIAG_SHUTDOWN;
    rtattr head{};
    head.rta_len = sizeof(rtattr) + sizeof(counters);
    head.rta_type = INET_DIAG_SKMEMINFO;
    Bytes body;
    append(body, inet_diag_msg{});
    append(body, other);
    append(body, std::uint32_t{0});
    append(body, head);
    append(body, counters);
    return message(SOCK_DIAG_BY_FAMILY, body);
}

Bytes joined(const std::vector<Bytes>& parts) {
    Bytes all;
    for (const Bytes& part : parts) {
        all.insert(all.end(), part.begin(), part.end());
    }
    return all;
}

TEST(SocketMemory, AddsUpAnswers) {
    SocketMemory sum;
    EXPECT_EQ(
        *add_diag_answer(joined({socket_message(1'000, 20, 3), socket_message(5, 0, 0)}), sum),
        Dump::GoesOn);
    EXPECT_EQ(*add_diag_answer(
                  joined({socket_message(0, 0, 0xFFFFFFFF), message(NLMSG_DONE, Bytes(4))}), sum),
              Dump::Complete);
    EXPECT_EQ(sum, (SocketMemory{3, 1'005, 20, 3, 1'023})) << "a reserve below zero counts as none";
    EXPECT_EQ(sum.total_bytes(), 1'028U);
}

TEST(SocketMemory, PassesTheKernelsRefusalOn) {
    nlmsgerr refusal{};
    refusal.error = -EPERM;
    Bytes body;
    append(body, refusal);
    SocketMemory sum;
    const auto dump = add_diag_answer(message(NLMSG_ERROR, body), sum);
    ASSERT_FALSE(dump);
    EXPECT_THAT(dump.error().message, testing::HasSubstr("Operation not permitted"));
}

TEST(SocketMemory, StaysWithinEveryTruncation) {
    const Bytes whole = joined({socket_message(1, 2, 3), socket_message(4, 5, 6)});
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        SocketMemory sum;
        const auto dump = add_diag_answer(cut, sum);
        EXPECT_EQ(dump.has_value(), size == 0 || size == whole.size() / 2) << size;
        EXPECT_LE(sum.sockets, 1U);
    }
}

TEST(SocketMemory, StopsAtAnAttributeOfNoLength) {
    Bytes body;
    append(body, inet_diag_msg{});
    append(body, rtattr{});
    SocketMemory sum;
    EXPECT_TRUE(add_diag_answer(message(SOCK_DIAG_BY_FAMILY, body), sum));
    EXPECT_EQ(sum.sockets, 0U);
}

/// A listening socket on 127.0.0.1, and its port.
std::pair<UniqueFd, std::uint16_t> listening() {
    UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(fd.get(), generic, size), 0);
    EXPECT_EQ(::listen(fd.get(), 1), 0);
    EXPECT_EQ(::getsockname(fd.get(), generic, &size), 0);
    return {std::move(fd), ntohs(address.sin_port)};
}

TEST(SocketMemoryReader, SeesWhatAConnectionHoldsAndNotItsPeer) {
    const auto [listener, port] = listening();
    SocketMemoryReader reader;
    const std::array ports{port};
    const auto before = reader.read(ports);
    ASSERT_TRUE(before) << "needs a kernel with tcp_diag: " << before.error().message;
    EXPECT_EQ(before->sockets, 0U) << "a listening socket is no connection";

    const auto client = begin_connect(*resolve("127.0.0.1", port), nullptr);
    const UniqueFd server(::accept(listener.get(), nullptr, nullptr));
    ASSERT_TRUE(client && server);
    const std::string sent(20'000, 'x');
    ASSERT_EQ(::send(client->get(), sent.data(), sent.size(), 0), 20'000);
    pollfd readable{server.get(), POLLIN, 0};
    ASSERT_EQ(::poll(&readable, 1, 5'000), 1);
    const auto after = reader.read(ports);
    ASSERT_TRUE(after);
    EXPECT_EQ(after->sockets, 1U);
    EXPECT_GE(after->received_bytes, 20'000U);
    EXPECT_EQ(after->largest_bytes, after->total_bytes());
}

}  // namespace
}  // namespace ringcast::loadtest

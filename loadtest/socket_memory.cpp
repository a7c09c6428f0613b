// SPDX-License-Identifier: Apache-2.0
#include "loadtest/socket_memory.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

namespace ringcast::loadtest {

namespace {

constexpr std::size_t kAnswerBytesMax = std::size_t{64} * 1024;
constexpr timeval kAnswerTimeout{1, 0};

struct Request {
    nlmsghdr header;
    inet_diag_req_v2 body;
};

core::Error diag_error(int error) {
    return {core::Errc::System, "memory of the server's sockets: " + error_text(error)};
}

/// What lies at `offset`; nothing when it is cut off. Copied: netlink aligns to four bytes only.
template <class T>
std::optional<T> object_at(std::span<const std::byte> bytes, std::size_t offset) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) {
        return std::nullopt;
    }
    T object;
    std::memcpy(&object, bytes.data() + offset, sizeof(T));
    return object;
}

constexpr std::size_t aligned(std::size_t size) {
    return (size + 3) & ~std::size_t{3};
}

/// The sockets of half-open and of finished connections have no memory of their own.
constexpr std::uint32_t kStates =
    ~((1U << TCP_LISTEN) | (1U << TCP_TIME_WAIT) | (1U << TCP_SYN_RECV) | (1U << TCP_SYN_SENT));

Request request_for(int family, std::uint16_t port) {
    Request request{};
    request.header.nlmsg_len = sizeof(Request);
    request.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.body.sdiag_family = static_cast<std::uint8_t>(family);
    request.body.sdiag_protocol = IPPROTO_TCP;
    request.body.idiag_ext = 1U << (INET_DIAG_SKMEMINFO - 1);
    request.body.idiag_states = kStates;
    request.body.id.idiag_sport = htons(port);
    return request;
}

/// `attributes` are those of one socket.
void add_socket(std::span<const std::byte> attributes, SocketMemory& sum) {
    std::size_t offset = 0;
    while (const auto head = object_at<rtattr>(attributes, offset)) {
        if (head->rta_len < sizeof(rtattr) || head->rta_len > attributes.size() - offset) {
            return;
        }
        using Counters = std::array<std::uint32_t, SK_MEMINFO_WMEM_QUEUED + 1>;
        if (head->rta_type == INET_DIAG_SKMEMINFO &&
            head->rta_len >= sizeof(rtattr) + sizeof(Counters)) {
            const auto counters = *object_at<Counters>(attributes, offset + sizeof(rtattr));
            // What is set aside can be below zero for a moment.
            const auto reserve = static_cast<std::int32_t>(counters[SK_MEMINFO_FWD_ALLOC]);
            SocketMemory one{1, counters[SK_MEMINFO_WMEM_QUEUED], counters[SK_MEMINFO_RMEM_ALLOC],
                             static_cast<std::uint64_t>(std::max(reserve, 0)), 0};
            one.largest_bytes = one.total_bytes();
            sum.add(one);
        }
        offset += aligned(head->rta_len);
    }
}

}  // namespace

void SocketMemory::add(const SocketMemory& other) {
    sockets += other.sockets;
    queued_bytes += other.queued_bytes;
    received_bytes += other.received_bytes;
    reserve_bytes += other.reserve_bytes;
    largest_bytes = std::max(largest_bytes, other.largest_bytes);
}

core::Result<Dump> add_diag_answer(std::span<const std::byte> datagram, SocketMemory& sum) {
    std::size_t offset = 0;
    while (offset < datagram.size()) {
        const auto head = object_at<nlmsghdr>(datagram, offset);
        if (!head || head->nlmsg_len < sizeof(nlmsghdr) ||
            head->nlmsg_len > datagram.size() - offset) {
            return diag_error(EBADMSG);
        }
        const auto message = datagram.subspan(offset, head->nlmsg_len);
        if (head->nlmsg_type == NLMSG_DONE) {
            return Dump::Complete;
        }
        if (head->nlmsg_type == NLMSG_ERROR) {
            const auto error = object_at<nlmsgerr>(message, sizeof(nlmsghdr));
            return diag_error(error ? -error->error : EBADMSG);
        }
        constexpr std::size_t kAttributesAt = sizeof(nlmsghdr) + aligned(sizeof(inet_diag_msg));
        if (head->nlmsg_type == SOCK_DIAG_BY_FAMILY && message.size() >= kAttributesAt) {
            add_socket(message.subspan(kAttributesAt), sum);
        }
        offset += aligned(head->nlmsg_len);
    }
    return Dump::GoesOn;
}

core::Result<SocketMemory> SocketMemoryReader::read(std::span<const std::uint16_t> ports) {
    SocketMemory sum;
    for (const std::uint16_t port : ports) {
        for (const int family : {AF_INET, AF_INET6}) {
            const auto some = read(family, port);
            if (!some) {
                netlink_.reset();  // what is still to come would answer the next question
                return some.error();
            }
            sum.add(*some);
        }
    }
    return sum;
}

core::Result<SocketMemory> SocketMemoryReader::read(int family, std::uint16_t port) {
    if (!netlink_) {
        netlink_ = UniqueFd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
        if (!netlink_) {
            return diag_error(errno);
        }
        ::setsockopt(netlink_.get(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerTimeout,
                     sizeof(kAnswerTimeout));
    }
    const Request request = request_for(family, port);
    if (::send(netlink_.get(), &request, sizeof(request), 0) < 0) {
        return diag_error(errno);
    }
    SocketMemory sum;
    std::vector<std::byte> answer(kAnswerBytesMax);
    while (true) {
        const ssize_t size = ::recv(netlink_.get(), answer.data(), answer.size(), 0);
        if (size <= 0) {
            return diag_error(size < 0 ? errno : EBADMSG);
        }
        const auto dump =
            add_diag_answer(std::span(answer).first(static_cast<std::size_t>(size)), sum);
        if (!dump) {
            return dump.error();
        }
        if (*dump == Dump::Complete) {
            return sum;
        }
    }
}

}  // namespace ringcast::loadtest

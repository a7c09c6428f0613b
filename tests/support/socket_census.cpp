// SPDX-License-Identifier: Apache-2.0
#include "tests/support/socket_census.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace ringcast::tests::support {
namespace {

constexpr std::uint32_t kEstablished = 1U
                                       << 1U;  // TCP_ESTABLISHED, whose header excludes linux/tcp.h
constexpr std::size_t kAnswerBytes = std::size_t{64} * 1024;

class Netlink {
  public:
    Netlink() : fd_(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG)) {
        if (fd_ < 0) {
            throw std::runtime_error(std::string("no sock_diag: ") + std::strerror(errno));
        }
    }
    ~Netlink() { ::close(fd_); }
    Netlink(const Netlink&) = delete;
    Netlink& operator=(const Netlink&) = delete;

    void ask(std::uint16_t port) const {
        struct {
            nlmsghdr header;
            inet_diag_req_v2 request;
        } message{};
        message.header.nlmsg_len = sizeof(message);
        message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
        message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
        message.request.sdiag_family = AF_INET;
        message.request.sdiag_protocol = IPPROTO_TCP;
        message.request.idiag_ext =
            (1U << (INET_DIAG_INFO - 1U)) | (1U << (INET_DIAG_SKMEMINFO - 1U));
        message.request.idiag_states = kEstablished;
        message.request.id.idiag_sport = htons(port);
        if (::send(fd_, &message, sizeof(message), 0) != sizeof(message)) {
            throw std::runtime_error(std::string("sock_diag: ") + std::strerror(errno));
        }
    }

    [[nodiscard]] std::size_t receive(std::array<char, kAnswerBytes>& answer) const {
        const ssize_t size = ::recv(fd_, answer.data(), answer.size(), 0);
        if (size <= 0) {
            throw std::runtime_error(std::string("sock_diag: ") + std::strerror(errno));
        }
        return static_cast<std::size_t>(size);
    }

  private:
    int fd_;
};

/// The attribute's first bytes; zeros where an older kernel says less.
template <class Value>
Value value_of(const rtattr* attribute) {
    Value value{};
    std::memcpy(&value, RTA_DATA(attribute),
                std::min<std::size_t>(RTA_PAYLOAD(attribute), sizeof(value)));
    return value;
}

SocketFacts facts_of(const nlmsghdr* header) {
    const auto* const message = static_cast<const inet_diag_msg*>(NLMSG_DATA(header));
    SocketFacts facts{.peer = ntohl(message->id.idiag_dst[0])};
    auto left = static_cast<int>(header->nlmsg_len - NLMSG_LENGTH(sizeof(*message)));
    for (const auto* attribute = reinterpret_cast<const rtattr*>(message + 1);
         RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
        if (attribute->rta_type == INET_DIAG_INFO) {
            const auto info = value_of<tcp_info>(attribute);
            facts.bytes_acked = info.tcpi_bytes_acked;
            facts.bytes_received = info.tcpi_bytes_received;
        } else if (attribute->rta_type == INET_DIAG_SKMEMINFO) {
            const auto memory = value_of<std::array<std::uint32_t, SK_MEMINFO_VARS>>(attribute);
            facts.queued = memory[SK_MEMINFO_WMEM_QUEUED];
            facts.send_buffer = memory[SK_MEMINFO_SNDBUF];
        }
    }
    return facts;
}

}  // namespace

std::vector<SocketFacts> connections_of(std::uint16_t port) {
    const Netlink netlink;
    netlink.ask(port);
    std::vector<SocketFacts> all;
    alignas(nlmsghdr) std::array<char, kAnswerBytes> answer{};
    for (;;) {
        auto left = netlink.receive(answer);
        for (const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
             NLMSG_OK(header, left); header = NLMSG_NEXT(header, left)) {
            if (header->nlmsg_type == NLMSG_DONE) {
                return all;
            }
            if (header->nlmsg_type == NLMSG_ERROR) {
                throw std::runtime_error("sock_diag refuses");
            }
            all.push_back(facts_of(header));
        }
    }
}

}  // namespace ringcast::tests::support

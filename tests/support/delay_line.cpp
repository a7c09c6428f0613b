// SPDX-License-Identifier: Apache-2.0
#include "tests/support/delay_line.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ringcast::tests::support {

namespace {

constexpr std::size_t kPacketBytesMax = 2048;
// Packets that a device holds for the thread: a burst must not be lost before it is on the line.
constexpr int kDeviceQueue = 10'000;

int must(int result, const std::string& what) {
    if (result < 0) {
        throw std::runtime_error("delay line (needs root): " + what + ": " + std::strerror(errno));
    }
    return result;
}

ifreq request_for(std::string_view name) {
    ifreq request{};
    std::copy_n(name.begin(), std::min<std::size_t>(name.size(), IFNAMSIZ - 1), request.ifr_name);
    return request;
}

void set_address(int socket, unsigned long what, const char* name, const char* address) {
    ifreq request = request_for(name);
    sockaddr_in ip{};
    ip.sin_family = AF_INET;
    must(::inet_pton(AF_INET, address, &ip.sin_addr) - 1, address);
    std::memcpy(&request.ifr_addr, &ip, sizeof(ip));
    must(::ioctl(socket, what, &request), "address");
}

void bring_up(int socket, const char* name) {
    ifreq request = request_for(name);
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    must(::ioctl(socket, SIOCSIFFLAGS, &request), name);
}

int open_device(const char* name) {
    const int device =
        must(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC), "/dev/net/tun");
    ifreq request = request_for(name);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    must(::ioctl(device, TUNSETIFF, &request), name);
    return device;
}

}  // namespace

DelayLine::DelayLine(milliseconds one_way) : one_way_(one_way) {
    ends_[0] = make_end(kServer, kClient);
    ends_[1] = make_end(kClient, kServer);
    thread_ = std::jthread([this](const std::stop_token& stop) { carry(stop); });
}

DelayLine::~DelayLine() {
    thread_.request_stop();
    thread_.join();
    for (const End& end : ends_) {
        ::close(end.device);
        ::close(end.name_space);
    }
}

/// On a thread of its own, as a namespace belongs to the thread that makes it.
DelayLine::End DelayLine::make_end(const char* address, const char* peer) {
    constexpr const char* kDevice = "line";
    End end;
    std::exception_ptr failure;
    std::thread([&] {
        try {
            must(::unshare(CLONE_NEWNET), "unshare");
            end.name_space = must(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC), "ns");
            end.device = open_device(kDevice);
            const int socket = must(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");
            set_address(socket, SIOCSIFADDR, kDevice, address);
            set_address(socket, SIOCSIFDSTADDR, kDevice, peer);
            ifreq queue = request_for(kDevice);
            queue.ifr_qlen = kDeviceQueue;
            must(::ioctl(socket, SIOCSIFTXQLEN, &queue), "queue");
            bring_up(socket, kDevice);
            bring_up(socket, "lo");
            ::close(socket);
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return end;
}

void DelayLine::enter(const End& end) {
    must(::setns(end.name_space, CLONE_NEWNET), "setns");
}

void DelayLine::carry(const std::stop_token& stop) {
    std::array<Direction, 2> directions{
        Direction{.from = ends_[0].device, .to = ends_[1].device},
        Direction{.from = ends_[1].device, .to = ends_[0].device},
    };
    while (!stop.stop_requested()) {
        auto next = Clock::now() + milliseconds{100};
        for (const Direction& direction : directions) {
            if (!direction.packets.empty()) {
                next = std::min(next, direction.packets.front().due);
            }
        }
        const auto wait = std::max(next - Clock::now(), Clock::duration::zero());
        const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(wait).count();
        const timespec timeout{.tv_sec = nanoseconds / 1'000'000'000,
                               .tv_nsec = nanoseconds % 1'000'000'000};
        std::array<pollfd, 2> devices{pollfd{directions[0].from, POLLIN, 0},
                                      pollfd{directions[1].from, POLLIN, 0}};
        (void)::ppoll(devices.data(), devices.size(), &timeout, nullptr);
        for (Direction& direction : directions) {
            take(direction);
            give(direction);
        }
    }
}

void DelayLine::take(Direction& direction) const {
    std::array<char, kPacketBytesMax> buffer;
    for (;;) {
        const ssize_t size = ::read(direction.from, buffer.data(), buffer.size());
        if (size <= 0) {
            return;
        }
        direction.packets.push_back(
            {.due = Clock::now() + one_way_, .bytes = {buffer.begin(), buffer.begin() + size}});
    }
}

void DelayLine::give(Direction& direction) {
    const auto now = Clock::now();
    while (!direction.packets.empty() && direction.packets.front().due <= now) {
        const std::vector<char>& bytes = direction.packets.front().bytes;
        (void)::write(direction.to, bytes.data(), bytes.size());  // a device that is full loses it
        direction.packets.pop_front();
    }
}

}  // namespace ringcast::tests::support

// SPDX-License-Identifier: Apache-2.0
// A long path on one machine: two network namespaces joined by a line that holds every packet for a
// while. Made of two TUN devices and a thread, so the kernel needs no netem.
#pragma once

#include <chrono>
#include <deque>
#include <stop_token>
#include <thread>
#include <vector>

#include "tests/support/deadline.hpp"

namespace ringcast::tests::support {

class DelayLine {
  public:
    /// Addresses of the two ends.
    static constexpr const char* kServer = "10.77.0.1";
    static constexpr const char* kClient = "10.77.0.2";

    /// Each packet takes `one_way`. Throws std::runtime_error where namespaces and TUN devices are
    /// not to be had: that takes root (CAP_NET_ADMIN, CAP_SYS_ADMIN) and /dev/net/tun.
    explicit DelayLine(milliseconds one_way);
    ~DelayLine();
    DelayLine(const DelayLine&) = delete;
    DelayLine& operator=(const DelayLine&) = delete;

    /// Moves the calling thread to an end: its sockets and processes from now on are there.
    void enter_server() const { enter(ends_[0]); }
    void enter_client() const { enter(ends_[1]); }

  private:
    struct End {
        int name_space = -1;
        int device = -1;
    };
    struct Packet {
        Clock::time_point due;
        std::vector<char> bytes;
    };
    struct Direction {
        int from;
        int to;
        std::deque<Packet> packets{};
    };

    static End make_end(const char* address, const char* peer);
    static void enter(const End& end);
    void carry(const std::stop_token& stop);
    void take(Direction& direction) const;
    static void give(Direction& direction);

    const milliseconds one_way_;
    End ends_[2];
    std::jthread thread_;
};

}  // namespace ringcast::tests::support

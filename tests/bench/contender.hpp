// SPDX-License-Identifier: Apache-2.0
// The servers of a contest, each as its own program with a config made for the load: Ringcast,
// Debian's Icecast, and the floor (floor.cpp).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::bench {

enum class Program : std::uint8_t { Ringcast, Icecast, Floor };

struct Contender {
    std::string name;  ///< its row in the tables
    Program program = Program::Ringcast;
    std::uint32_t interval_ms = 0;  ///< Ringcast: `delivery`, 0: as it chooses; the floor's own
    std::uint32_t metaint = 0;      ///< its listeners ask for ICY metadata so often; 0: not at all
    std::uint32_t workers = 0;      ///< 0: one per core. Icecast has its own idea
    std::uint32_t stations = 1;     ///< the floor has one
};

/// What all contenders are given to carry.
struct Stream {
    std::uint32_t kbps = 128;
    std::uint32_t burst_ms = 4000;

    [[nodiscard]] std::uint32_t bytes_per_s() const { return kbps * 125; }
    [[nodiscard]] std::uint32_t burst_bytes() const { return bytes_per_s() * burst_ms / 1000; }
};

/// Debian's icecast2 is there.
[[nodiscard]] bool icecast_is_installed();

/// What Icecast 2.4 takes in without losing any; others take thousands.
[[nodiscard]] double arrivals_per_s(Program program);

/// Runs from the constructor, which returns once it listens on 127.0.0.1, to the destructor. Throws
/// std::runtime_error with what it said when it does not come up.
class RunningServer {
  public:
    RunningServer(const Contender& contender, const Stream& stream);

    [[nodiscard]] pid_t pid() const { return process_.pid(); }
    [[nodiscard]] std::uint16_t port() const { return reservation_.port(); }

  private:
    support::PortReservation reservation_;
    support::TempDir dir_;
    support::Process process_;
};

}  // namespace ringcast::tests::bench

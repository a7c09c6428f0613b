// SPDX-License-Identifier: Apache-2.0
// The parts of a server without its app, on one loop that the test drives: no thread but those that
// the parts have themselves, so every step is seen.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/block_pool.hpp"
#include "core/identity_store.hpp"
#include "core/listener_table.hpp"
#include "server/net/quota.hpp"
#include "server/net/worker.hpp"
#include "server/runtime/logging.hpp"
#include "server/runtime/submitter.hpp"
#include "server/stations/station_registry.hpp"
#include "tests/support/event_recorder.hpp"

namespace ringcast::tests {

struct RigCapacity {
    std::uint32_t extents = 64;
    std::uint32_t stations = 4;
    std::uint32_t listeners = 64;
};

class ServerRig {
  public:
    explicit ServerRig(RigCapacity capacity = {});

    /// A station whose ring is resident and open for a source of `content_type`.
    std::shared_ptr<server::stations::StationEntry> station(
        server::stations::StationSettings settings, const std::string& content_type = "audio/mpeg");

    /// Runs the loop until `condition`; false when that took longer than patience allows.
    template <class Condition>
    [[nodiscard]] bool run_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(8);
        while (!condition()) {
            if (std::chrono::steady_clock::now() >= deadline) {
                return false;
            }
            run_for(std::chrono::milliseconds(5));
        }
        return true;
    }
    void run_for(std::chrono::milliseconds time) {
        worker.context.restart();
        worker.context.run_for(time);
    }

    [[nodiscard]] std::uint64_t count(server::runtime::Counter counter) const {
        return worker.counters.value(counter);
    }
    [[nodiscard]] std::uint64_t closed(server::net::CloseReason reason) const {
        return worker.closed.value(reason);
    }

    std::unique_ptr<core::BlockPool> pool;
    EventRecorder events;
    server::runtime::Submitter submitter{events, {}};
    server::runtime::Logger logger{submitter, server::runtime::LogLevel::Debug};
    core::ListenerTable table;
    core::IdentityStore identities;
    server::stations::StationRegistry registry;
    server::net::Quota listeners{0};
    server::net::Quota sources{0};
    server::net::Worker worker{0};
};

/// Publishes `bytes` as the station's source would.
void publish(server::stations::StationEntry& entry, std::string_view bytes);

/// Both ends of a TCP connection over loopback; `server` is non-blocking, and owned by who takes
/// it.
class TcpPair {
  public:
    /// `receive_bytes`: what the client's kernel may hold, 0: as it likes.
    explicit TcpPair(int receive_bytes = 0);
    ~TcpPair();
    TcpPair(const TcpPair&) = delete;
    TcpPair& operator=(const TcpPair&) = delete;

    [[nodiscard]] int take_server();
    /// Writes all of `bytes` to the server.
    void send(std::string_view bytes) const;
    /// Moves what has come into received(), without waiting. False at the end of the stream.
    bool read();
    /// Until the server closes; false when it has not yet.
    [[nodiscard]] bool ended() {
        while (read() && progressed_) {
        }
        return ended_;
    }
    /// Whether a reset came, perhaps behind the server's orderly end.
    [[nodiscard]] bool was_reset() const;
    [[nodiscard]] std::string& received() { return received_; }
    void half_close() const;
    /// Closes with a reset.
    void reset();
    void close();

  private:
    int server_ = -1;
    int client_ = -1;
    bool progressed_ = false;
    bool ended_ = false;
    std::string received_;
};

/// `count` MP3 frames of 384 bytes and 24 ms each; the frames' numbers from `first` on stand in
/// them, so that no two are equal.
[[nodiscard]] std::string numbered_frames(std::uint32_t first, std::uint32_t count);
constexpr std::size_t kNumberedFrameBytes = 384;

}  // namespace ringcast::tests

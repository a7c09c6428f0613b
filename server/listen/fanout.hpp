// SPDX-License-Identifier: Apache-2.0
// One worker's listeners: each gets, at its phase of the wheel, one non-blocking send of all that
// is due, straight from the ring. Time drives it, not the source's chunks. Nothing is allocated in
// a pass, and a pass yields in bounded time.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "core/identity_store.hpp"
#include "core/listener_cursor.hpp"
#include "core/listener_table.hpp"
#include "core/phase_wheel.hpp"
#include "server/net/worker.hpp"
#include "server/runtime/logging.hpp"
#include "server/runtime/submitter.hpp"
#include "server/stations/station_registry.hpp"

namespace ringcast::server::listen {

struct FanoutOptions {
    std::uint32_t phase_ms = 25;           ///< step of the wheel
    std::uint32_t delivery_max_ms = 1000;  ///< longest interval between two sends to a listener
    std::uint32_t stall_timeout_s = 30;    ///< without progress; 0: off
    std::uint32_t skips_max = 20;          ///< within kSkipWindowS; 0: off
};

/// Skips are counted over this time.
constexpr std::uint32_t kSkipWindowS = 60;

/// What all workers' fan-outs share.
struct FanoutContext {
    core::ListenerTable& table;
    core::IdentityStore& identities;
    stations::StationRegistry& registry;
    runtime::Submitter& submitter;
    const runtime::Logger& logger;
    FanoutOptions options;
};

/// A connection that becomes a listener. The response head is sent; the descriptor is non-blocking
/// and the fan-out's from adopt() on.
struct NewListener {
    std::shared_ptr<stations::StationEntry> entry;  ///< has admitted it
    core::ListenerFacts facts;
    core::Identity identity;
    bool head_sent = true;  ///< false: the socket would not even take the response head
};

/// All functions: on the worker's thread.
class Fanout {
  public:
    Fanout(net::Worker& worker, FanoutContext context);
    ~Fanout();
    Fanout(const Fanout&) = delete;
    Fanout& operator=(const Fanout&) = delete;

    /// Makes the connection a listener and sends stream headers and burst at once. If the table is
    /// full it is closed.
    void adopt(const NewListener& listener);

    /// Closes every listener; the timer runs on until all are logged.
    void stop();

    /// After stop(): true once every listener is logged and its record free. Any thread.
    [[nodiscard]] bool drained() const { return drained_.load(std::memory_order_acquire); }

    [[nodiscard]] std::uint32_t stall_timeout_s() const { return context_.options.stall_timeout_s; }

  private:
    void refuse(const NewListener& listener, net::CloseReason reason);
    void arm();
    void on_timer();
    void pass();
    void deliver(std::uint32_t index);
    enum class Outcome : std::uint8_t { CaughtUp, Behind, Closed };
    Outcome serve(std::uint32_t index);
    bool join(std::uint32_t index, stations::StationEntry& entry);
    Outcome send_due(std::uint32_t index, const core::ListenerCursor& cursor,
                     core::CursorState& state);
    bool keep_in_window(std::uint32_t index, stations::StationEntry& entry,
                        const core::ListenerCursor& cursor, core::CursorState& state);
    Outcome probe(std::uint32_t index);
    void pin_moves_to(stations::StationEntry& entry);
    void unpin();
    void close(std::uint32_t index, net::CloseReason reason);
    void flush_closed();
    [[nodiscard]] bool log_closed(std::uint32_t index);

    net::Worker& worker_;
    FanoutContext context_;
    core::ListenerPart part_;
    core::PhaseWheel wheel_;
    boost::asio::steady_timer timer_;
    bool armed_ = false;
    bool stopping_ = false;
    std::atomic<bool> drained_{false};
    std::int64_t next_tick_us_ = 0;
    std::uint32_t now_s_ = 0;             // of the steady clock, read once a pass
    std::uint32_t due_ = core::kNone;     // what is left of the present step
    std::uint32_t closed_ = core::kNone;  // closed records that are not logged yet
    stations::StationEntry* pinned_ = nullptr;
    core::SendPlan plan_;  // scratch
};

}  // namespace ringcast::server::listen

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
#include "server/listen/delivery.hpp"
#include "server/net/quota.hpp"
#include "server/net/worker.hpp"
#include "server/runtime/logging.hpp"
#include "server/runtime/submitter.hpp"
#include "server/stations/station_registry.hpp"

namespace ringcast::server::listen {

/// What all workers' fan-outs share.
struct FanoutContext {
    core::ListenerTable& table;
    core::IdentityStore& identities;
    stations::StationRegistry& registry;
    runtime::Submitter& submitter;
    const runtime::Logger& logger;
    net::Quota& limit;  ///< of listeners on all workers
    FanoutOptions options;
};

/// A connection that becomes a listener: admitted by its station and by FanoutContext::limit, not
/// yet answered. The descriptor is non-blocking and the fan-out's from adopt() on.
struct NewListener {
    std::shared_ptr<stations::StationEntry> entry;
    core::ListenerFacts facts;
    core::Identity identity;
    std::uint32_t generation = 0;  ///< of the broadcast that `head` tells of
    std::string head;              ///< the response head
};

/// All functions: on the worker's thread.
class Fanout {
  public:
    Fanout(net::Worker& worker, const FanoutContext& context);
    ~Fanout();
    Fanout(const Fanout&) = delete;
    Fanout& operator=(const Fanout&) = delete;

    /// Makes the connection a listener and sends its head, stream headers and burst at once. If the
    /// table is full it is told so and closed.
    void adopt(const NewListener& listener);

    /// Closes every listener; the timer runs on until all are logged. May be called again, and by
    /// another thread once the worker's has ended.
    void stop();

    /// After stop(): true once every listener is logged and its record free. Any thread.
    [[nodiscard]] bool drained() const { return drained_.load(std::memory_order_acquire); }

    [[nodiscard]] std::uint32_t stall_timeout_s() const { return context_.options.stall_timeout_s; }

  private:
    void refuse(const NewListener& listener, net::CloseReason reason);
    [[nodiscard]] static bool send_head(const NewListener& listener);
    void arm();
    void on_timer();
    void pass(std::int64_t begun);
    void deliver(std::uint32_t index);
    enum class Outcome : std::uint8_t { CaughtUp, Behind, Closed };
    [[nodiscard]] bool is_governed(std::uint32_t index);
    void schedule(std::uint32_t index, Outcome outcome, bool anywhere);
    Outcome serve(std::uint32_t index);
    bool join(std::uint32_t index, stations::StationEntry& entry);
    Outcome send_due(std::uint32_t index, const core::ListenerCursor& cursor,
                     core::CursorState& state);
    bool keep_in_window(std::uint32_t index, stations::StationEntry& entry,
                        const core::ListenerCursor& cursor, core::CursorState& state);
    [[nodiscard]] bool acknowledges(std::uint32_t index);
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
    Governor governor_;
    runtime::RateLimited complaint_;
    core::SendPlan plan_;  // scratch
};

}  // namespace ringcast::server::listen

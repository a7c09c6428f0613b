// SPDX-License-Identifier: Apache-2.0
// One thread's part of a fleet: its listeners on one epoll, with one receive buffer. Nothing is
// allocated once a listener streams, but by OpenSSL.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "loadtest/endpoint.hpp"
#include "loadtest/fleet_options.hpp"
#include "loadtest/fleet_totals.hpp"
#include "loadtest/listener.hpp"
#include "loadtest/tls_session.hpp"

namespace ringcast::loadtest {

/// Which listeners a worker has: every `stride`th, from number `first` on.
struct FleetShare {
    std::size_t first = 0;
    std::size_t stride = 1;
};

/// Owned by its thread.
class FleetWorker {
  public:
    /// `options` and `progress` outlive the worker.
    FleetWorker(const FleetOptions& options, FleetProgress& progress, FleetShare share);

    /// The thread's body.
    void run(const std::stop_token& stop);

    /// After run() has returned.
    [[nodiscard]] const FleetTotals& totals() const { return totals_; }

  private:
    enum class Phase : std::uint8_t { Waiting, Connecting, HalfWay, Receiving, Closed };
    enum class Departure : std::uint8_t { Close, Reset, HalfWay };

    struct Slot {
        Slot(std::size_t listener_index, bool is_slow, bool wants_icy)
            : index(listener_index), slow(is_slow), icy(wants_icy) {}

        std::size_t index;
        bool slow;
        bool icy;
        bool joined = false;
        bool newcomer = false;        ///< came for one that left
        bool stops_half_way = false;  ///< sends half of its request, then waits to leave
        Phase phase = Phase::Waiting;
        UniqueFd fd;
        std::optional<TlsSession> tls;
        std::int64_t connected_us = 0;
        Listener listener{0, std::nullopt};
    };

    const Target& target(const Slot& slot) const {
        return options_.targets[slot.index % options_.targets.size()];
    }
    std::int64_t opens_at(std::size_t index) const;
    std::int64_t open_due(std::int64_t now_us);
    std::int64_t churn_due(std::int64_t now_us);
    void change_one(std::int64_t now_us);
    void leave(Slot& slot, Departure how, std::int64_t now_us);
    void open(Slot& slot);
    void open_newcomer(Slot& slot, bool stops_half_way);
    void on_event(Slot& slot, std::uint32_t events);
    void send_request(Slot& slot);
    [[nodiscard]] ssize_t receive(Slot& slot, std::span<std::byte> buffer);
    std::size_t read(Slot& slot, std::size_t bytes_max);
    void read_slow_ones(std::int64_t now_us);
    void on_first_audio(Slot& slot, std::int64_t now_us);
    void close(Slot& slot);
    void fail(Slot& slot, std::string_view reason);
    void sum_up(std::int64_t now_us);
    void sum_up(const Slot& slot, std::int64_t now_us);

    const FleetOptions& options_;
    FleetProgress& progress_;
    UniqueFd epoll_;
    std::optional<TlsContext> tls_;  // when a target asks for it
    std::vector<Slot> slots_;
    std::vector<Slot*> slow_;  // receiving, and not in the epoll
    std::size_t opened_ = 0;
    double churn_per_s_ = 0;         // this worker's share of it
    std::uint64_t churn_turns_ = 0;  // that were due until now
    std::size_t next_to_leave_ = 0;  // of slots_
    Slot* half_way_ = nullptr;       // the newcomer that leaves next
    Departure next_departure_ = Departure::Close;
    std::int64_t started_us_ = 0;
    std::int64_t slow_ticked_us_ = 0;
    std::vector<std::byte> buffer_;
    HeadReader heads_;
    FleetTotals totals_;
};

}  // namespace ringcast::loadtest

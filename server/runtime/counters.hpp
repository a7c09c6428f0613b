// SPDX-License-Identifier: Apache-2.0
// What the server counts: one table, from which metrics and status pages are made. Each worker owns
// an array of counters and is its only writer; readers add the arrays up.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringcast::server::runtime {

enum class Counter : std::uint8_t {
    ConnectionsAccepted,
    ConnectionsOpen,
    AcceptErrors,
    AcceptPauses,
    Requests,
    ListenersJoined,
    Listeners,
    SourcesJoined,
    Sources,
    BytesReceived,
    BytesSent,
    Passes,
    PassMicroseconds,
    Sends,
    SendsShort,
    Skips,
    SkippedBytes,
    ReservationsWithdrawn,
    TitleUpdates,
};

enum class CounterKind : std::uint8_t {
    Total,  ///< only grows
    Gauge,  ///< goes up and down; what one worker added another may take away
};

struct CounterRow {
    Counter counter;
    CounterKind kind;
    std::string_view name;
    std::string_view help;
};

constexpr std::array kCounters = std::to_array<CounterRow>({
    {Counter::ConnectionsAccepted, CounterKind::Total, "connections_accepted",
     "Connections taken from the listening sockets"},
    {Counter::ConnectionsOpen, CounterKind::Gauge, "connections_open",
     "Sockets held, those of listeners and sources included"},
    {Counter::AcceptErrors, CounterKind::Total, "accept_errors", "Accepts that failed"},
    {Counter::AcceptPauses, CounterKind::Total, "accept_pauses",
     "Times accepting was put off, for want of descriptors or memory"},
    {Counter::Requests, CounterKind::Total, "requests", "Request heads that were parsed"},
    {Counter::ListenersJoined, CounterKind::Total, "listeners_joined",
     "Listeners that were let in"},
    {Counter::Listeners, CounterKind::Gauge, "listeners", "Listeners now"},
    {Counter::SourcesJoined, CounterKind::Total, "sources_joined", "Sources that went live"},
    {Counter::Sources, CounterKind::Gauge, "sources", "Sources now"},
    {Counter::BytesReceived, CounterKind::Total, "bytes_received", "Bytes received from sources"},
    {Counter::BytesSent, CounterKind::Total, "bytes_sent", "Bytes sent to listeners"},
    {Counter::Passes, CounterKind::Total, "passes", "Fan-out passes"},
    {Counter::PassMicroseconds, CounterKind::Total, "pass_microseconds",
     "Time that fan-out passes took, in microseconds"},
    {Counter::Sends, CounterKind::Total, "sends", "Send calls to listeners"},
    {Counter::SendsShort, CounterKind::Total, "sends_short", "Sends that took less than was due"},
    {Counter::Skips, CounterKind::Total, "skips",
     "Times a lagging listener was moved to a newer sync point"},
    {Counter::SkippedBytes, CounterKind::Total, "skipped_bytes",
     "Bytes that lagging listeners missed"},
    {Counter::ReservationsWithdrawn, CounterKind::Total, "reservations_withdrawn",
     "Times a source had to wait for a reader's pin"},
    {Counter::TitleUpdates, CounterKind::Total, "title_updates", "Titles set"},
});

static_assert(
    [] {
        for (std::size_t i = 0; i < kCounters.size(); ++i) {
            if (kCounters[i].counter != static_cast<Counter>(i)) {
                return false;
            }
        }
        return kCounters.size() == static_cast<std::size_t>(Counter::TitleUpdates) + 1;
    }(),
    "the table lists every counter, in order");

[[nodiscard]] constexpr const CounterRow& describe(Counter counter) {
    return kCounters[static_cast<std::size_t>(counter)];
}

/// `Size` counters that one thread writes and any thread reads, indexed by `Index`. Starts at zero
/// and wraps around, so that a worker may take from a gauge what another added: only sums matter.
template <class Index, std::size_t Size>
class alignas(64) CounterArray {
  public:
    /// The owning thread only.
    void add(Index index, std::uint64_t amount = 1) noexcept {
        auto& value = values_[static_cast<std::size_t>(index)];
        // One writer: a load and a store, without the cost of an atomic addition.
        value.store(value.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }
    /// The owning thread only.
    void subtract(Index index, std::uint64_t amount = 1) noexcept { add(index, 0 - amount); }

    [[nodiscard]] std::uint64_t value(Index index) const noexcept {
        return values_[static_cast<std::size_t>(index)].load(std::memory_order_relaxed);
    }

  private:
    std::array<std::atomic<std::uint64_t>, Size> values_{};
};

using Counters = CounterArray<Counter, kCounters.size()>;

/// The sum of one counter over a range of pointers to arrays. A gauge that is just being moved from
/// one worker to another may look below zero for a moment: that is shown as 0.
template <class Arrays, class Index>
[[nodiscard]] std::uint64_t sum(const Arrays& arrays, Index index) noexcept {
    std::uint64_t total = 0;
    for (const auto* array : arrays) {
        total += array->value(index);
    }
    return static_cast<std::int64_t>(total) < 0 ? 0 : total;
}

}  // namespace ringcast::server::runtime

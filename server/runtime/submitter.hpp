// SPDX-License-Identifier: Apache-2.0
// The thread that does what may block, so that no loop does. Loops copy events into a bounded queue
// of preallocated slots: no lock, no allocation, no waiting. One thread takes them out in batches
// and hands them to the EventConsumer.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <thread>
#include <type_traits>

namespace ringcast::server::runtime {

enum class EventKind : std::uint8_t {
    LogLine,      ///< payload: logging.hpp
    AccessEntry,  ///< payload: access_log.hpp
};
constexpr std::size_t kEventKinds = 2;

/// Largest payload of an event; what makes a slot 21 cache lines.
constexpr std::size_t kEventPayloadBytes = 1328;

struct Event {
    EventKind kind;
    std::span<const std::byte> payload;  ///< valid during the call only
};

/// Where the events go. Called on the submitter's thread only; may block.
class EventConsumer {
  public:
    virtual ~EventConsumer() = default;
    virtual void consume(const Event& event) noexcept = 0;
    /// `count` events of `kind` were lost since the last call, because the queue was full.
    virtual void events_shed(EventKind kind, std::uint64_t count) noexcept = 0;
    /// The queue is empty, or a good many events were consumed: write out what is buffered.
    virtual void batch_end() noexcept = 0;
    /// Close and open again whatever files are open (SIGHUP).
    virtual void reopen() noexcept = 0;
};

class Submitter {
  public:
    struct Options {
        std::size_t slots = 2048;  ///< a power of two
        /// Pause after a short batch, so that a trickle of events does not cost a wake-up each.
        std::chrono::microseconds nap{1000};
    };

    /// Allocates the queue and starts the thread. `consumer` must outlive the submitter.
    Submitter(EventConsumer& consumer, Options options);
    /// Stops, as stop() does.
    ~Submitter();
    Submitter(const Submitter&) = delete;
    Submitter& operator=(const Submitter&) = delete;

    /// Queues an event: `write(std::span<std::byte, kEventPayloadBytes>)` writes the payload into
    /// the slot and returns its length. False when the queue is full; `write` is not called then,
    /// nothing is counted, and the caller keeps the event. Any thread; never blocks or allocates.
    template <class Write>
    [[nodiscard]] bool try_submit(EventKind kind, Write&& write) noexcept {
        using Payload = std::span<std::byte, kEventPayloadBytes>;
        static_assert(std::is_nothrow_invocable_r_v<std::size_t, Write, Payload>,
                      "a throw would leave the slot claimed for ever");
        const Claim claim = claim_slot();
        if (claim.slot == nullptr) {
            return false;
        }
        claim.slot->kind = kind;
        claim.slot->bytes = static_cast<std::uint16_t>(write(Payload(claim.slot->payload)));
        publish(claim);
        return true;
    }

    /// The same for events that may be lost: a full queue sheds the event and counts it.
    template <class Write>
    void submit(EventKind kind, Write&& write) noexcept {
        if (!try_submit(kind, write)) {
            shed_[static_cast<std::size_t>(kind)].fetch_add(1, std::memory_order_relaxed);
        }
    }

    /// How many events of `kind` were shed since the start. Any thread.
    [[nodiscard]] std::uint64_t shed(EventKind kind) const noexcept {
        return shed_[static_cast<std::size_t>(kind)].load(std::memory_order_relaxed);
    }

    /// Has the thread call EventConsumer::reopen() soon. Any thread, but no signal handler.
    void request_reopen() noexcept;

    /// Consumes what was queued before the call, then ends the thread. Idempotent; one thread at a
    /// time. What is submitted later is never consumed, and shed once the queue is full.
    void stop();

  private:
    struct alignas(64) Slot {
        std::atomic<std::uint64_t> sequence;
        std::uint16_t bytes;
        EventKind kind;
        std::array<std::byte, kEventPayloadBytes> payload;
    };
    static_assert(sizeof(Slot) == 1344);

    struct Claim {
        Slot* slot;
        std::uint64_t position;
    };

    Claim claim_slot() noexcept;
    void publish(const Claim& claim) noexcept;
    void wake() noexcept;

    void run() noexcept;
    std::size_t drain() noexcept;
    void report_shed() noexcept;
    void sleep_until_woken() noexcept;
    Slot& slot_at(std::uint64_t position) noexcept { return slots_[position & mask_]; }

    EventConsumer& consumer_;
    const std::chrono::microseconds nap_;
    const std::uint64_t mask_;
    const std::unique_ptr<Slot[]> slots_;

    alignas(64) std::atomic<std::uint64_t> tail_{0};      // next position to claim; producers
    alignas(64) std::atomic<std::uint32_t> sleeping_{0};  // 1 while the thread waits to be woken
    std::atomic<bool> stopping_{false};
    std::atomic<bool> reopen_{false};
    std::array<std::atomic<std::uint64_t>, kEventKinds> shed_{};

    alignas(64) std::uint64_t head_ = 0;  // next position to consume; the thread
    std::array<std::uint64_t, kEventKinds> shed_reported_{};  // the thread
    std::thread thread_;
};

}  // namespace ringcast::server::runtime

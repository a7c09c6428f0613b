// SPDX-License-Identifier: Apache-2.0
// The queue is Vyukov's bounded queue with one consumer: a slot's sequence number says whose turn
// it is. Equal to a position: free to be claimed for that position. Position + 1: holds its event.
// Position + slots: free for the next lap.
//
// No wake-up is lost. A producer stores the sequence of its slot (A1), then loads sleeping_ (A2).
// The thread stores sleeping_ = 1 (B1), then loads the sequence of the next slot (B2). All four are
// seq_cst, so they have one total order: if B2 does not see A1, then B2 comes before A1, so B1
// before A2, and the producer sees the sleeper and wakes it. The exchange in wake() changes the
// word that the thread waits on, so a wake-up between B2 and the wait ends the wait at once. That
// the thread looks at one slot only is enough: events behind a slot that is still being written are
// announced again by the producer of that slot. request_reopen() and stop() store their flag in
// place of A1.
#include "server/runtime/submitter.hpp"

#include <pthread.h>

#include <bit>

#include "core/check.hpp"

namespace ringcast::server::runtime {

Submitter::Submitter(EventConsumer& consumer, Options options)
    : consumer_(consumer),
      nap_(options.nap),
      mask_(options.slots - 1),
      slots_(std::make_unique<Slot[]>(options.slots)) {
    core::check(std::has_single_bit(options.slots) && options.slots >= 2,
                "the submitter's queue is a power of two");
    for (std::size_t i = 0; i < options.slots; ++i) {
        slots_[i].sequence.store(i, std::memory_order_relaxed);
    }
    thread_ = std::thread([this] { run(); });
    ::pthread_setname_np(thread_.native_handle(), "submitter");
}

Submitter::~Submitter() {
    stop();
}

Submitter::Claim Submitter::claim_slot() noexcept {
    std::uint64_t position = tail_.load(std::memory_order_relaxed);
    for (;;) {
        Slot& slot = slot_at(position);
        const std::uint64_t sequence = slot.sequence.load(std::memory_order_acquire);
        if (sequence == position) {
            if (tail_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
                return {&slot, position};
            }
        } else if (sequence < position) {
            return {nullptr, 0};  // still holds the event of the lap before: full
        } else {
            position = tail_.load(std::memory_order_relaxed);  // another producer was faster
        }
    }
}

void Submitter::publish(const Claim& claim) noexcept {
    core::check(claim.slot->bytes <= kEventPayloadBytes, "a payload fits its slot");
    claim.slot->sequence.store(claim.position + 1, std::memory_order_seq_cst);
    wake();
}

void Submitter::wake() noexcept {
    // The exchange lets one producer of many pay for the system call.
    if (sleeping_.load(std::memory_order_seq_cst) != 0 &&
        sleeping_.exchange(0, std::memory_order_seq_cst) != 0) {
        sleeping_.notify_one();
    }
}

void Submitter::request_reopen() noexcept {
    reopen_.store(true, std::memory_order_seq_cst);
    wake();
}

void Submitter::stop() {
    if (thread_.joinable()) {
        stopping_.store(true, std::memory_order_seq_cst);
        wake();
        thread_.join();
    }
}

void Submitter::run() noexcept {
    for (;;) {
        // Read before the drain, so that the last drain takes all that was queued before stop().
        const bool stopping = stopping_.load(std::memory_order_seq_cst);
        if (reopen_.exchange(false, std::memory_order_seq_cst)) {
            consumer_.reopen();
        }
        const std::size_t drained = drain();
        report_shed();
        if (drained > 0) {
            consumer_.batch_end();
        }
        if (stopping) {
            return;
        }
        if (drained == 0) {
            sleep_until_woken();
        } else if (drained < (mask_ + 1) / 4) {
            std::this_thread::sleep_for(nap_);
        }
    }
}

/// Consumes at most one lap, so that stop() ends even while producers go on.
std::size_t Submitter::drain() noexcept {
    std::size_t drained = 0;
    while (drained <= mask_) {
        Slot& slot = slot_at(head_);
        if (slot.sequence.load(std::memory_order_acquire) != head_ + 1) {
            break;
        }
        consumer_.consume({slot.kind, std::span(slot.payload).first(slot.bytes)});
        slot.sequence.store(head_ + mask_ + 1, std::memory_order_release);
        ++head_;
        ++drained;
    }
    return drained;
}

void Submitter::report_shed() noexcept {
    for (std::size_t i = 0; i < kEventKinds; ++i) {
        const std::uint64_t now = shed_[i].load(std::memory_order_relaxed);
        if (now != shed_reported_[i]) {
            consumer_.events_shed(static_cast<EventKind>(i), now - shed_reported_[i]);
            shed_reported_[i] = now;
        }
    }
}

void Submitter::sleep_until_woken() noexcept {
    sleeping_.store(1, std::memory_order_seq_cst);
    const bool work = slot_at(head_).sequence.load(std::memory_order_seq_cst) == head_ + 1;
    if (work || reopen_.load(std::memory_order_seq_cst) ||
        stopping_.load(std::memory_order_seq_cst)) {
        sleeping_.store(0, std::memory_order_relaxed);
        return;
    }
    sleeping_.wait(1, std::memory_order_seq_cst);
}

}  // namespace ringcast::server::runtime

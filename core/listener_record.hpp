// SPDX-License-Identifier: Apache-2.0
// All that is known of one streaming listener, as it lies in the pool: three cache lines, no
// pointer. Only the worker that owns the record's chunk writes it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/stream_offset.hpp"

namespace ringcast::core {

/// "No record", "no cell" and the like.
constexpr std::uint32_t kNone = ~std::uint32_t{0};

/// Where a listener stands: all that decides its next byte. Which bytes it was sent is a pure
/// function of this and the ring, so that a position can be computed again from a count of bytes
/// (ARCHITECTURE.md, replay).
struct CursorState {
    StreamOffset offset = 0;  ///< next byte of the ring to send
    std::uint64_t sent = 0;   ///< bytes of this response's body so far: prelude, audio and metadata
    std::uint32_t chain = 0;  ///< id of the chain whose headers were or are sent; 0: none
    std::uint32_t prelude_size = 0;  ///< bytes of those headers; kNone: not decided before the
                                     ///< byte at `offset` is published
    std::uint32_t prelude_sent = 0;
    std::uint32_t until_meta =
        0;  ///< body bytes before the next metadata block; unused without metaint
    std::uint32_t title_shown = kNone;  ///< number of the title that the last full block carried
    std::uint32_t block_title = 0;      ///< title in the block being sent; kNone: zeros from here
    std::uint16_t block_size = 0;       ///< bytes of the block being sent; 0: none
    std::uint16_t block_sent = 0;
    std::uint32_t skips = 0;  ///< times this listener was moved up
};

enum class RecordState : std::uint32_t {
    Free = 0,
    Live,     ///< the descriptor is open and this record's
    Closed,   ///< marked before the descriptor is closed; waits to be logged
    Claimed,  ///< a source's: taken, but its facts are still being written; as good as free
};

/// Facts of an admission; they never change.
struct ListenerFacts {
    std::uint64_t id = 0;                    ///< number of the connection, unique in this epoch
    std::uint64_t cookie = 0;                ///< SO_COOKIE of the socket
    std::int64_t joined_ms = 0;              ///< wall clock, milliseconds since 1970
    std::array<std::uint8_t, 16> address{};  ///< IPv6, IPv4 as mapped
    std::uint16_t port = 0;
    std::uint16_t status = 200;
    std::int32_t descriptor = -1;
    std::uint32_t station = kNone;
    std::uint32_t metaint = 0;  ///< 0: no metadata
};

/// One writer: the worker that owns the chunk. Other threads may read what is atomic.
struct alignas(64) ListenerRecord {
    std::atomic<RecordState> state;
    std::uint32_t identity;  ///< first cell of the texts in the IdentityStore
    ListenerFacts facts;     // shares the first line with the two fields above

    alignas(64) std::array<CursorState, 2> slots;

    std::uint32_t generation;  ///< of the station's bytes; a listener of an older one is closed

    // Soft state: may be lost or rebuilt without a listener noticing.
    std::uint32_t next;            ///< next record in the same slot of the wheel
    std::uint32_t interval_ticks;  ///< between two deliveries, in steps of the wheel
    std::uint32_t progress_s;      ///< second (steady clock) when the peer was last found well
    std::uint32_t acknowledged;    ///< bytes that it had acknowledged then, modulo 2^32
    std::uint32_t skip_window_s;   ///< second in which the counted skips began
    std::uint16_t skips_in_window;
    std::uint8_t close_reason;           ///< of a closed record
    std::atomic<std::uint32_t> current;  ///< which slot holds

    [[nodiscard]] const CursorState& cursor() const {
        return slots[current.load(std::memory_order_acquire)];
    }
    /// Makes `state` current by one release store; a crash before it leaves the old one.
    void set_cursor(const CursorState& cursor) {
        const std::uint32_t other = current.load(std::memory_order_relaxed) ^ 1U;
        slots[other] = cursor;
        current.store(other, std::memory_order_release);
    }
};

static_assert(sizeof(CursorState) == 48);
static_assert(sizeof(ListenerRecord) == 192);

}  // namespace ringcast::core

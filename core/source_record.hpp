// SPDX-License-Identifier: Apache-2.0
// All that is known of one streaming source, as it lies in the pool. Only the worker that serves
// the source writes it.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/body_decoder.hpp"
#include "core/listener_record.hpp"
#include "core/stream_offset.hpp"

namespace ringcast::core {

/// Fields that change together with every step: what of the source's bytes has become what. They
/// are recorded when the step's bytes are decoded and scanned, and only then is the ring's head
/// moved: a new process that finds the ring's below `head` commits the difference. Bytes that the
/// kernel gave away after `raw_received` stand at raw_place(body) behind `head` and are decoded
/// again. The scanner's state is not here: it is rebuilt from the last sync point in the ring.
struct SourceProgress {
    StreamOffset head = 0;           ///< with this step's frames, which may still be uncommitted
    std::uint64_t raw_received = 0;  ///< bytes taken from the socket since the request's head
    BodyState body;                  ///< decoder, and the audio behind `head`
};

struct SourceFacts {
    std::uint64_t id = 0;
    std::uint64_t cookie = 0;    ///< SO_COOKIE of the socket
    std::int64_t joined_ms = 0;  ///< wall clock, milliseconds since 1970
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;
    std::int32_t descriptor = -1;
    std::uint32_t station = kNone;
    std::uint32_t worker = 0;
};

struct alignas(64) SourceRecord {
    std::atomic<RecordState> state;
    std::uint32_t identity;
    SourceFacts facts;
    alignas(64) std::array<SourceProgress, 2> slots;
    std::atomic<std::uint32_t> current;

    [[nodiscard]] const SourceProgress& progress() const {
        return slots[current.load(std::memory_order_acquire)];
    }
    void set_progress(const SourceProgress& progress) {
        const std::uint32_t other = current.load(std::memory_order_relaxed) ^ 1U;
        slots[other] = progress;
        current.store(other, std::memory_order_release);
    }
};

}  // namespace ringcast::core

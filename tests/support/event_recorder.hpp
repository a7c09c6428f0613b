// SPDX-License-Identifier: Apache-2.0
// An EventConsumer for tests: keeps what it is handed, and can be held up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <semaphore>
#include <utility>
#include <vector>

#include "server/runtime/submitter.hpp"

namespace ringcast::tests {

/// Read its members after Submitter::stop() only, but for the semaphores.
class EventRecorder final : public server::runtime::EventConsumer {
  public:
    using Payload = std::vector<std::byte>;

    void consume(const server::runtime::Event& event) noexcept override {
        if (hold) {
            held.release();
            go_on.acquire();
            hold = false;
        }
        events.emplace_back(event.kind, Payload(event.payload.begin(), event.payload.end()));
    }
    void events_shed(server::runtime::EventKind kind, std::uint64_t count) noexcept override {
        shed[static_cast<std::size_t>(kind)] += count;
    }
    void batch_end() noexcept override {
        events_at_batch_end = events.size();
        batch_ended.release();
    }
    void reopen() noexcept override { reopened.release(); }

    bool hold = false;              ///< set before the start: the first event waits for `go_on`
    std::binary_semaphore held{0};  ///< released when the first event waits
    std::binary_semaphore go_on{0};
    std::counting_semaphore<> batch_ended{0};
    std::counting_semaphore<> reopened{0};
    std::vector<std::pair<server::runtime::EventKind, Payload>> events;
    std::array<std::uint64_t, server::runtime::kEventKinds> shed{};
    std::size_t events_at_batch_end = 0;
};

}  // namespace ringcast::tests

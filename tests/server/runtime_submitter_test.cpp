// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/submitter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <thread>

#include "tests/support/event_recorder.hpp"

namespace ringcast::server::runtime {
namespace {

using tests::EventRecorder;

/// A number as payload.
auto number(std::uint64_t value) {
    return [value](std::span<std::byte, kEventPayloadBytes> payload) noexcept {
        std::memcpy(payload.data(), &value, sizeof(value));
        return sizeof(value);
    };
}

std::uint64_t number_of(const EventRecorder::Payload& payload) {
    std::uint64_t value = 0;
    std::memcpy(&value, payload.data(), std::min(payload.size(), sizeof(value)));
    return value;
}

TEST(Submitter, HandsOverEventsInOrderWithKindAndPayload) {
    EventRecorder recorder;
    Submitter submitter(recorder, {});
    EXPECT_TRUE(submitter.try_submit(EventKind::AccessEntry, number(7)));
    submitter.submit(EventKind::LogLine, number(8));
    submitter.stop();
    ASSERT_EQ(recorder.events.size(), 2U);
    EXPECT_EQ(recorder.events[0].first, EventKind::AccessEntry);
    EXPECT_EQ(number_of(recorder.events[0].second), 7U);
    EXPECT_EQ(recorder.events[1].first, EventKind::LogLine);
    EXPECT_EQ(number_of(recorder.events[1].second), 8U);
}

TEST(Submitter, TakesAPayloadThatFillsItsSlot) {
    EventRecorder recorder;
    Submitter submitter(recorder, {.slots = 2});
    submitter.submit(EventKind::LogLine,
                     [](std::span<std::byte, kEventPayloadBytes> payload) noexcept {
                         std::fill(payload.begin(), payload.end(), std::byte{0x5A});
                         return payload.size();
                     });
    submitter.stop();
    ASSERT_EQ(recorder.events.size(), 1U);
    EXPECT_EQ(recorder.events[0].second,
              EventRecorder::Payload(kEventPayloadBytes, std::byte{0x5A}));
}

TEST(Submitter, WakesItsThreadForASingleEvent) {
    EventRecorder recorder;
    Submitter submitter(recorder, {.slots = 4, .nap = {}});
    for (std::uint64_t i = 0; i < 1000; ++i) {
        submitter.submit(EventKind::LogLine, number(i));
        recorder.batch_ended.acquire();  // would wait for ever if the wake-up were lost
    }
    submitter.stop();
    EXPECT_EQ(recorder.events.size(), 1000U);
}

TEST(Submitter, EndsABatchAfterItsLastEvent) {
    EventRecorder recorder;
    Submitter submitter(recorder, {});
    for (std::uint64_t i = 0; i < 100; ++i) {
        submitter.submit(EventKind::LogLine, number(i));
    }
    submitter.stop();
    EXPECT_EQ(recorder.events.size(), 100U);
    EXPECT_EQ(recorder.events_at_batch_end, 100U);
}

TEST(Submitter, ShedsAndCountsByKindWhenFullAndNeverBlocks) {
    EventRecorder recorder;
    recorder.hold = true;
    Submitter submitter(recorder, {.slots = 8});
    submitter.submit(EventKind::LogLine, number(0));
    recorder.held.acquire();  // its slot stays taken while it is being consumed
    for (std::uint64_t i = 1; i < 8; ++i) {
        EXPECT_TRUE(submitter.try_submit(EventKind::LogLine, number(i)));
    }
    EXPECT_FALSE(submitter.try_submit(EventKind::AccessEntry, number(8)));
    submitter.submit(EventKind::LogLine, number(9));
    submitter.submit(EventKind::LogLine, number(10));
    EXPECT_EQ(submitter.shed(EventKind::LogLine), 2U);
    EXPECT_EQ(submitter.shed(EventKind::AccessEntry), 0U) << "the caller kept that one";
    recorder.go_on.release();
    submitter.stop();
    EXPECT_EQ(recorder.events.size(), 8U);
    EXPECT_EQ(recorder.shed[static_cast<std::size_t>(EventKind::LogLine)], 2U);
}

TEST(Submitter, HasRoomAgainOnceEventsWereConsumed) {
    EventRecorder recorder;
    recorder.hold = true;
    Submitter submitter(recorder, {.slots = 2, .nap = {}});
    submitter.submit(EventKind::LogLine, number(0));
    recorder.held.acquire();
    submitter.submit(EventKind::LogLine, number(1));
    EXPECT_FALSE(submitter.try_submit(EventKind::LogLine, number(2)));
    recorder.go_on.release();
    recorder.batch_ended.acquire();
    EXPECT_TRUE(submitter.try_submit(EventKind::LogLine, number(2)));
    submitter.stop();
    EXPECT_EQ(recorder.events.size(), 3U);
}

TEST(Submitter, ReopensOnItsThreadEvenWhenIdle) {
    EventRecorder recorder;
    Submitter submitter(recorder, {});
    submitter.request_reopen();
    recorder.reopened.acquire();
    submitter.request_reopen();
    recorder.reopened.acquire();
}

TEST(Submitter, StopIsIdempotentAndLaterEventsAreShedOnceFull) {
    EventRecorder recorder;
    Submitter submitter(recorder, {.slots = 2});
    submitter.stop();
    submitter.stop();
    for (std::uint64_t i = 0; i < 5; ++i) {
        submitter.submit(EventKind::LogLine, number(i));
    }
    EXPECT_EQ(submitter.shed(EventKind::LogLine), 3U);
    EXPECT_TRUE(recorder.events.empty());
}

/// Producers with random pauses and payloads against a small queue, so that it is full, empty and
/// asleep many times. Each event holds its producer, its number and bytes that follow from them.
class Producers {
  public:
    static constexpr std::uint64_t kProducers = 4;
    static constexpr std::uint64_t kEvents = 10'000;

    Producers(Submitter& submitter, std::uint64_t seed) : submitter_(submitter), seed_(seed) {}

    void run() {
        std::vector<std::thread> threads;
        for (std::uint64_t producer = 0; producer < kProducers; ++producer) {
            threads.emplace_back([this, producer] { produce(producer); });
        }
        for (std::thread& thread : threads) {
            thread.join();
        }
    }

    /// One half of the producers try again when the queue is full, the other half shed.
    static bool keeps_events(std::uint64_t producer) { return producer % 2 == 0; }

    /// Checks an event and returns its producer and number.
    static std::pair<std::uint64_t, std::uint64_t> check(const EventRecorder::Payload& payload) {
        const std::uint64_t value = number_of(payload);
        std::mt19937_64 random(value);
        const std::size_t size = 8 + random() % (kEventPayloadBytes - 8 + 1);
        EXPECT_EQ(payload.size(), size);
        const auto fill = static_cast<std::byte>(random());
        EXPECT_TRUE(std::all_of(payload.begin() + 8, payload.end(),
                                [fill](std::byte byte) { return byte == fill; }));
        return {value >> 32U, value & 0xFFFF'FFFFU};
    }

  private:
    static auto event(std::uint64_t value) {
        return [value](std::span<std::byte, kEventPayloadBytes> payload) noexcept {
            std::mt19937_64 random(value);
            const std::size_t size = 8 + random() % (kEventPayloadBytes - 8 + 1);
            std::memcpy(payload.data(), &value, sizeof(value));
            std::memset(&payload[8], static_cast<int>(random() & 0xFFU), size - 8);
            return size;
        };
    }

    void produce(std::uint64_t producer) {
        std::mt19937_64 random(seed_ + producer);
        for (std::uint64_t i = 0; i < kEvents; ++i) {
            const auto write = event(producer << 32U | i);
            if (keeps_events(producer)) {
                while (!submitter_.try_submit(EventKind::LogLine, write)) {
                    std::this_thread::yield();
                }
            } else {
                submitter_.submit(EventKind::LogLine, write);
            }
            if (random() % 64 == 0) {
                std::this_thread::yield();
            }
        }
    }

    Submitter& submitter_;
    const std::uint64_t seed_;
};

TEST(Submitter, ManyProducersLoseReorderAndTearNothingButWhatIsCounted) {
    const std::uint64_t seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    EventRecorder recorder;
    Submitter submitter(recorder, {.slots = 16, .nap = {}});
    Producers(submitter, seed).run();
    submitter.stop();

    std::array<std::uint64_t, Producers::kProducers> next{};
    for (const auto& [kind, payload] : recorder.events) {
        EXPECT_EQ(kind, EventKind::LogLine);
        const auto [producer, index] = Producers::check(payload);
        ASSERT_LT(producer, Producers::kProducers);
        ASSERT_GE(index, next[producer]) << "reordered or doubled";
        ASSERT_TRUE(index == next[producer] || !Producers::keeps_events(producer)) << "lost";
        next[producer] = index + 1;
    }
    EXPECT_EQ(recorder.events.size() + submitter.shed(EventKind::LogLine),
              Producers::kProducers * Producers::kEvents);
    EXPECT_EQ(recorder.shed[0], submitter.shed(EventKind::LogLine));
}

}  // namespace
}  // namespace ringcast::server::runtime

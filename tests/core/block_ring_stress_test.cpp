// SPDX-License-Identifier: Apache-2.0
// Pinned floors, tried on content: a writer at full speed in a tiny ring, readers that act as
// workers and check every byte while they take their time. Without the pin the same readers must
// see torn bytes, else this test could not fail.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include "core/station.hpp"
#include "tests/support/core_station.hpp"
#include "tests/support/random.hpp"

namespace ringcast::core {
namespace {

using tests::byte_at;
using tests::CoreStation;
using tests::Random;

constexpr std::size_t kReaders = 3;
constexpr std::size_t kReadMax = 4096;

/// Without the pin the two sides touch the same byte at once, so they must do so atomically; with
/// it the accesses are plain, which is what ThreadSanitizer checks.
enum class Pinning { On, Off };

template <Pinning kPinning>
void write_byte(std::byte& byte, std::byte value) {
    if constexpr (kPinning == Pinning::Off) {
        std::atomic_ref(byte).store(value, std::memory_order_relaxed);
    } else {
        byte = value;
    }
}

template <Pinning kPinning>
std::byte read_byte(const std::byte& byte) {
    if constexpr (kPinning == Pinning::Off) {
        // atomic_ref of a const type came after C++20.
        return std::atomic_ref(const_cast<std::byte&>(byte)).load(std::memory_order_relaxed);
    } else {
        return byte;
    }
}

struct Totals {
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> read{0};
    std::atomic<std::uint64_t> torn{0};
    std::atomic<std::uint64_t> moved_up{0};
    std::atomic<std::uint64_t> passed_while_pinned{0};
    std::uint64_t withdrawn = 0;
};

template <Pinning kPinning>
void write(BlockRing& ring, Totals& totals) {
    Random random(1);
    while (!totals.stop.load(std::memory_order_relaxed)) {
        const std::size_t size = 1 + random() % kReadMax;
        const std::span<std::byte> span = ring.prepare(size);
        if (span.empty()) {
            ++totals.withdrawn;
            std::this_thread::yield();
            continue;
        }
        const StreamOffset head = ring.head();
        for (std::size_t i = 0; i < size; ++i) {
            write_byte<kPinning>(span[i], byte_at(head + i));
        }
        ring.commit(1 + random() % size);
    }
}

constexpr int kUntilOvertaken = 1'000'000;

/// Waits for the writer to come round: up to `turns` yields.
void dawdle(const BlockRing& ring, StreamOffset offset, int turns, const Totals& totals) {
    for (int turn = 0; turn < turns && ring.head() < offset + ring.capacity(); ++turn) {
        if (totals.stop.load(std::memory_order_relaxed)) {
            return;
        }
        std::this_thread::yield();
    }
}

template <Pinning kPinning>
void read(BlockRing& ring, std::size_t worker, Totals& totals) {
    Random random(static_cast<unsigned>(worker) + 2);
    StreamOffset offset = 0;
    while (!totals.stop.load(std::memory_order_relaxed)) {
        StreamOffset low = kPinning == Pinning::On ? ring.pin(worker, offset) : ring.low();
        if (low > offset) {
            totals.moved_up.fetch_add(1, std::memory_order_relaxed);
            offset = low + random() % (ring.capacity() / 4);
            continue;  // pins again
        }
        const StreamOffset head = ring.head();
        const std::size_t due = head > offset ? head - offset : 0;
        const std::span<const std::byte> bytes =
            ring.read(offset, std::min<std::size_t>(due, 1 + random() % kReadMax));
        // Now and then long enough for the writer to come up against the floor.
        const int pinned_turns = random() % 64 == 0 ? 3000 : 30;
        std::uint64_t torn = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            if (i == bytes.size() / 2 && random() % 4 == 0) {
                dawdle(ring, offset, kPinning == Pinning::On ? pinned_turns : kUntilOvertaken,
                       totals);
            }
            torn += read_byte<kPinning>(bytes[i]) != byte_at(offset + i) ? 1 : 0;
        }
        // What is behind the low end may be overwritten; the head may at most reach its capacity.
        if (ring.low() > offset && !bytes.empty()) {
            // An announcement that will be withdrawn is no pass.
            totals.passed_while_pinned.fetch_add(ring.head() > offset + ring.capacity() ? 1 : 0,
                                                 std::memory_order_relaxed);
        }
        totals.torn.fetch_add(torn, std::memory_order_relaxed);
        totals.read.fetch_add(bytes.size(), std::memory_order_relaxed);
        offset += bytes.size();
        if constexpr (kPinning == Pinning::On) {
            ring.unpin(worker);
            if (random() % 64 == 0) {
                dawdle(ring, offset, kUntilOvertaken, totals);
            }
        }
        if (bytes.empty()) {
            std::this_thread::yield();
        }
    }
}

/// Runs for `duration`, or until `enough` says so.
template <Pinning kPinning, class Enough>
void run(Totals& totals, std::chrono::milliseconds duration, Enough enough) {
    CoreStation station;
    BlockRing& ring = station->ring();
    ASSERT_EQ(ring.capacity(), kExtentBytesMin);
    std::vector<std::thread> threads;
    threads.emplace_back([&] { write<kPinning>(ring, totals); });
    for (std::size_t worker = 0; worker < kReaders; ++worker) {
        threads.emplace_back([&, worker] { read<kPinning>(ring, worker, totals); });
    }
    const auto end = std::chrono::steady_clock::now() + duration;
    while (std::chrono::steady_clock::now() < end && !enough()) {
        std::this_thread::yield();
    }
    totals.stop.store(true);
    for (std::thread& thread : threads) {
        thread.join();
    }
    ring.check_invariants();
}

TEST(Invariants, N5WriterNeverPassesAPinnedFloor) {
    Totals totals;
    // At least two seconds; on a busy machine as long as it takes to have seen every case.
    const auto begun = std::chrono::steady_clock::now();
    run<Pinning::On>(totals, std::chrono::seconds(60), [&] {
        return std::chrono::steady_clock::now() - begun > std::chrono::seconds(2) &&
               totals.read.load() > 10 * kExtentBytesMin && totals.moved_up.load() > 0;
    });
    EXPECT_EQ(totals.torn.load(), 0U);
    EXPECT_EQ(totals.passed_while_pinned.load(), 0U);
    EXPECT_GT(totals.read.load(), 10 * kExtentBytesMin);
    EXPECT_GT(totals.moved_up.load(), 0U) << "no reader was ever overtaken";
    EXPECT_GT(totals.withdrawn, 0U) << "no floor was ever in the way";
}

TEST(BlockRing, WithoutThePinReadersSeeTornBytes) {
    Totals totals;
    run<Pinning::Off>(totals, std::chrono::seconds(60), [&] { return totals.torn.load() != 0; });
    EXPECT_GT(totals.torn.load(), 0U);
}

}  // namespace
}  // namespace ringcast::core

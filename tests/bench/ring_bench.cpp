// SPDX-License-Identifier: Apache-2.0
// What a byte costs on its way through a ring, and what extents cost.
#include <benchmark/benchmark.h>

#include <array>
#include <cstring>
#include <vector>

#include "core/listener_cursor.hpp"
#include "core/station.hpp"
#include "tests/bench/bench_station.hpp"

namespace ringcast::core {
namespace {

/// Published allocate-and-commit operations a second of another server's block pool.
constexpr double kPublishedCycles = 134'104;

void ring_commit(benchmark::State& state) {
    BenchStation station;
    BlockRing& ring = station->ring();
    const auto size = static_cast<std::size_t>(state.range(0));
    const std::vector<std::byte> source(size, std::byte{42});
    for (auto _ : state) {
        std::memcpy(ring.prepare(size).data(), source.data(), size);
        ring.commit(size);
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

void ring_read(benchmark::State& state) {
    BenchStation station;
    BlockRing& ring = station->ring();
    const auto size = static_cast<std::size_t>(state.range(0));
    std::vector<std::byte> sink(size);
    StreamOffset offset = ring.low();
    for (auto _ : state) {
        benchmark::DoNotOptimize(ring.pin(0, offset));
        std::memcpy(sink.data(), ring.read(offset, size).data(), size);
        ring.unpin(0);
        benchmark::ClobberMemory();
        offset = offset + 2 * size <= ring.head() ? offset + size : ring.low();
    }
    state.SetBytesProcessed(state.iterations() * state.range(0));
}

/// The counterpart of one operation of the published pool: a block of 100 bytes is had, filled and
/// committed; and here one listener reads it as well.
void pool_cycle(benchmark::State& state) {
    constexpr std::size_t kBytes = 100;
    BenchStation station;
    BlockRing& ring = station->ring();
    std::array<std::byte, kBytes> source{};
    std::array<std::byte, kBytes> sink{};
    const StreamOffset head = ring.head();
    CursorState position = ListenerCursor(*station, 0, head).begin(head);
    SendPlan plan;
    for (auto _ : state) {
        std::memcpy(ring.prepare(kBytes).data(), source.data(), kBytes);
        ring.commit(kBytes);
        benchmark::DoNotOptimize(ring.pin(0, position.offset));
        const ListenerCursor cursor(*station, 0, ring.head());
        cursor.plan(position, kBytes, plan);
        std::memcpy(sink.data(), plan.segments[0].data(), plan.bytes);
        benchmark::ClobberMemory();
        cursor.advance(position, plan.bytes);
        ring.unpin(0);
    }
    if (position.offset != ring.head()) {
        state.SkipWithError("a byte was not read");
    }
    state.counters["ratio_to_published"] = benchmark::Counter(
        static_cast<double>(state.iterations()) / kPublishedCycles, benchmark::Counter::kIsRate);
    state.SetItemsProcessed(state.iterations());
}

void extents_claim_and_return(benchmark::State& state) {
    auto pool = *BlockPool::create({.extents = 1024});
    const auto count = static_cast<std::uint32_t>(state.range(0));
    for (auto _ : state) {
        const Result<ExtentRuns> runs = pool->claim(count, 1);
        pool->give_back(*runs);
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(ring_commit)->Arg(100)->Arg(417)->Arg(4096);
BENCHMARK(ring_read)->Arg(100)->Arg(417)->Arg(4096);
BENCHMARK(pool_cycle);
BENCHMARK(extents_claim_and_return)->Arg(1)->Arg(16);

}  // namespace
}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
// What it costs to decide what a listener gets: without the send.
#include <benchmark/benchmark.h>

#include "core/listener_cursor.hpp"
#include "core/station.hpp"
#include "tests/bench/bench_station.hpp"

namespace ringcast::core {
namespace {

/// One delivery of 16 KiB with a metadata block in it: planned, and counted as sent.
void cursor_step_with_metadata(benchmark::State& state) {
    constexpr std::size_t kDelivery = std::size_t{16} * 1024;
    constexpr std::uint32_t kMetaint = 16000;
    BenchStation station;
    for (std::size_t i = 0; i < 8; ++i) {  // a few songs in the window
        station->set_title("Artist - Song " + std::to_string(i), "", 0);
        for (int step = 0; step < 32; ++step) {
            check(!station->prepare(4096).empty(), "nobody is pinned");
            check(station->publish(4096, 256'000) == 4096, "every byte passes");
        }
    }
    ListenerRecord record{};
    const ListenerCursor cursor(*station, kMetaint, station->ring().head());
    const CursorState begin = cursor.begin(station->ring().low());
    record.set_cursor(begin);
    SendPlan plan;
    for (auto _ : state) {
        CursorState position = record.cursor();
        cursor.plan(position, kDelivery, plan);
        benchmark::DoNotOptimize(plan.bytes);
        if (plan.bytes < kDelivery) {
            position = begin;  // the head is reached
        } else {
            cursor.advance(position, plan.bytes);
        }
        record.set_cursor(position);
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(kDelivery));
}

BENCHMARK(cursor_step_with_metadata);

}  // namespace
}  // namespace ringcast::core

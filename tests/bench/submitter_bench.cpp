// SPDX-License-Identifier: Apache-2.0
// What it costs a loop to hand one event to the submitter's thread. Published for other servers: 27
// us written inline, 100 ns handed over; here at most 100 ns (median), without an allocation.
//
// Timed in batches of half a queue, each handed over while the thread is awake or asleep as it
// happens; then, untimed, the thread catches up. So the queue is never full and nothing is shed.
#include <benchmark/benchmark.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <thread>

#include "server/runtime/access_log.hpp"
#include "server/runtime/logging.hpp"
#include "server/runtime/submitter.hpp"

namespace ringcast::server::runtime {
namespace {

constexpr std::uint64_t kBatch = 1024;

/// Reads every byte of an event, as a writer would, and counts.
class Reader final : public EventConsumer {
  public:
    void consume(const Event& event) noexcept override {
        unsigned total = 0;
        for (const std::byte byte : event.payload) {
            total += std::to_integer<unsigned>(byte);
        }
        benchmark::DoNotOptimize(total);
        ++consumed_;
    }
    void events_shed(EventKind /*kind*/, std::uint64_t /*count*/) noexcept override {}
    void batch_end() noexcept override { published_.store(consumed_, std::memory_order_release); }
    void reopen() noexcept override {}

    void wait_for(std::uint64_t count) const {
        while (published_.load(std::memory_order_acquire) < count) {
            std::this_thread::yield();
        }
    }

  private:
    std::uint64_t consumed_ = 0;
    std::atomic<std::uint64_t> published_{0};
};

/// Runs batches of `hand_over(submitter)`; reports the time of one event.
template <class HandOver>
void run_batches(benchmark::State& state, HandOver hand_over) {
    Reader reader;
    Submitter submitter(reader, {});
    std::uint64_t handed_over = 0;
    for (auto _ : state) {
        const auto begin = std::chrono::steady_clock::now();
        for (std::uint64_t i = 0; i < kBatch; ++i) {
            hand_over(submitter);
        }
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
        state.SetIterationTime(elapsed.count() / kBatch);
        handed_over += kBatch;
        reader.wait_for(handed_over);
    }
    if (submitter.shed(EventKind::LogLine) != 0) {
        state.SkipWithError("events were shed");
    }
}

void submitter_hand_over_access_entry(benchmark::State& state) {
    const AccessEntry entry{.ended_s = 1'709'295'605,
                            .seconds = 3600,
                            .bytes = 57'600'000,
                            .status = 200,
                            .method = "GET",
                            .target = "/live.mp3",
                            .protocol = "HTTP/1.1",
                            .user = "",
                            .referer = "https://radio.example.org/listen",
                            .agent =
                                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
                                "(KHTML, like Gecko) Chrome/120.0 Safari/537.36"};
    run_batches(state, [&entry](Submitter& submitter) {
        if (!try_submit(submitter, entry)) {
            std::abort();
        }
    });
}

void submitter_hand_over_text(benchmark::State& state) {
    constexpr std::string_view kText = "listener 4711 of /live.mp3 joined from 192.0.2.7";
    run_batches(state, [kText](Submitter& submitter) {
        submitter.submit(EventKind::LogLine,
                         [kText](std::span<std::byte, kEventPayloadBytes> payload) noexcept {
                             std::memcpy(payload.data(), kText.data(), kText.size());
                             return kText.size();
                         });
    });
}

/// Formatting and reading the clock included.
void logger_format_and_hand_over_line(benchmark::State& state) {
    std::uint64_t id = 0;
    run_batches(state, [&id](Submitter& submitter) {
        const Logger log(submitter, LogLevel::Info);
        log.info("listener {} of {} joined from {}", ++id, "/live.mp3", "192.0.2.7");
    });
}

void configure(benchmark::internal::Benchmark* benchmark) {
    benchmark->UseManualTime()->Unit(benchmark::kNanosecond);
    benchmark->Iterations(200)->Repetitions(9)->ReportAggregatesOnly();
}

BENCHMARK(submitter_hand_over_access_entry)->Apply(configure);
BENCHMARK(submitter_hand_over_text)->Apply(configure);
BENCHMARK(logger_format_and_hand_over_line)->Apply(configure);

}  // namespace
}  // namespace ringcast::server::runtime

// SPDX-License-Identifier: Apache-2.0
// The load of a contest: ringcast-load's sources and listeners, as processes of their own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/contender.hpp"
#include "tests/support/load_tool.hpp"

namespace ringcast::tests::bench {

/// Puts all stations of a server on the air.
class Sources {
  public:
    /// Returns once each station has its burst and a little more; throws std::runtime_error when
    /// that takes too long.
    Sources(const RunningServer& server, const Contender& contender, const Stream& stream);

  private:
    support::LoadTool tool_;
};

struct AudienceOptions {
    std::uint32_t listeners = 1;
    double ramp_per_s = 0;  ///< 0: all at once
    std::uint32_t stations = 1;
    bool icy = false;
    std::uint32_t slow_bytes_per_s = 0;  ///< all of them read so slowly; 0: none does
    std::string from{};                  ///< their address; empty: 127.0.0.1
};

/// What the listeners saw until they left.
struct AudienceReport {
    std::uint64_t failed = 0;  ///< never got to audio
    std::uint64_t closed = 0;  ///< by the server
    std::uint64_t gaps = 0;
    std::uint64_t wrong = 0;  ///< frames that were doubled, torn, corrupt or another station's
    double all_streaming_ms = 0;
    double latency_p50_ms = 0;
    double latency_p99_ms = 0;
    double latency_max_ms = 0;

    /// Sums; of latencies the worse.
    void add(const AudienceReport& other);
};

/// Many listeners, who listen until stop().
class Audience {
  public:
    Audience(const RunningServer& server, const AudienceOptions& options);

    /// Lets all of them leave. Throws std::runtime_error when the tool has nothing to say.
    [[nodiscard]] AudienceReport stop();

    /// Of the tool's processes, until now.
    [[nodiscard]] std::chrono::nanoseconds cpu_time();

  private:
    support::LoadTool tool_;
};

}  // namespace ringcast::tests::bench

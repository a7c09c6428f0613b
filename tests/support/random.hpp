// SPDX-License-Identifier: Apache-2.0
// Random numbers of a test that prints its seed; the same on every machine.
#pragma once

#include <cstdint>
#include <random>

namespace ringcast::tests {

class Random {
  public:
    explicit Random(unsigned seed) : engine_(seed) {}
    std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

  private:
    std::mt19937 engine_;
};

/// Steps of a model test. Fewer for ThreadSanitizer, which slows each down a lot and finds nothing
/// in one thread.
constexpr std::uint32_t model_steps(std::uint32_t steps) {
#ifdef __SANITIZE_THREAD__
    return steps / 20;
#else
    return steps;
#endif
}

}  // namespace ringcast::tests

// SPDX-License-Identifier: Apache-2.0
// Playing time of frames that are counted in samples, without drift: what one frame's duration
// lacks in whole microseconds is added to the next one's, so that the sum is right however long it
// runs.
#pragma once

#include <cstdint>

namespace ringcast::core::framing {

class SampleClock {
  public:
    /// Whole microseconds that `samples` at `rate` Hz add; 0 when the rate is not known (0).
    [[nodiscard]] std::uint64_t advance(std::uint32_t samples, std::uint32_t rate) {
        if (rate != rate_) {
            rate_ = rate;
            remainder_ = 0;
        }
        if (rate == 0) {
            return 0;
        }
        const std::uint64_t scaled = std::uint64_t{samples} * 1'000'000 + remainder_;
        remainder_ = scaled % rate;
        return scaled / rate;
    }

  private:
    std::uint32_t rate_ = 0;
    std::uint64_t remainder_ = 0;  ///< in 1/rate_ microseconds, below rate_
};

}  // namespace ringcast::core::framing

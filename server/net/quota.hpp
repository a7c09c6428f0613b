// SPDX-License-Identifier: Apache-2.0
// A limit that holds however many threads ask at once: places are taken before what they are for.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "core/check.hpp"

namespace ringcast::server::net {

/// Any thread.
class Quota {
  public:
    /// `places`: 0 for no limit.
    explicit Quota(std::uint64_t places) : places_(places) {}
    Quota(const Quota&) = delete;
    Quota& operator=(const Quota&) = delete;

    [[nodiscard]] bool take() {
        const std::uint64_t before = taken_.fetch_add(1, std::memory_order_relaxed);
        if (places_ != 0 && before >= places_) {
            taken_.fetch_sub(1, std::memory_order_relaxed);
            return false;
        }
        return true;
    }
    void give_back() {
        core::check(taken_.fetch_sub(1, std::memory_order_relaxed) > 0, "what is left was taken");
    }
    [[nodiscard]] std::uint64_t taken() const { return taken_.load(std::memory_order_relaxed); }

  private:
    const std::uint64_t places_;
    std::atomic<std::uint64_t> taken_{0};
};

/// A place that is given back by whoever holds it last. Empty: none.
struct GiveBack {
    void operator()(Quota* quota) const { quota->give_back(); }
};
using Place = std::unique_ptr<Quota, GiveBack>;

[[nodiscard]] inline Place take_place(Quota& quota) {
    return Place(quota.take() ? &quota : nullptr);
}

}  // namespace ringcast::server::net

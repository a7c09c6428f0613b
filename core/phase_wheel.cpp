// SPDX-License-Identifier: Apache-2.0
#include "core/phase_wheel.hpp"

#include <utility>

#include "core/check.hpp"

namespace ringcast::core {

PhaseWheel::PhaseWheel(std::uint32_t ticks_max, std::span<ListenerRecord> records)
    : records_(records), slots_(std::size_t{ticks_max} + 1) {
    check(ticks_max > 0, "a wheel has a step ahead");
}

void PhaseWheel::add(std::uint32_t index, std::uint32_t ticks) {
    check(ticks > 0 && ticks <= ticks_max(), "a listener is due within the wheel");
    Slot& slot = slots_[slot_ahead(ticks)];
    records_[index].next = std::exchange(slot.first, index);
    ++slot.count;
}

std::uint32_t PhaseWheel::advance() {
    now_ = slot_ahead(1);
    return std::exchange(slots_[now_], Slot{}).first;
}

std::uint32_t PhaseWheel::level(std::uint32_t interval) const {
    std::uint32_t best = 1;
    for (std::uint32_t ticks = 2; ticks <= interval; ++ticks) {
        if (slots_[slot_ahead(ticks)].count < slots_[slot_ahead(best)].count) {
            best = ticks;
        }
    }
    return best;
}

}  // namespace ringcast::core

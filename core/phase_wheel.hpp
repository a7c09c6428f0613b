// SPDX-License-Identifier: Apache-2.0
// Which listeners are due when. Time moves in steps (ticks); each slot holds a list of record
// numbers, linked through the records, so that moving a listener allocates nothing. One worker's
// own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/listener_record.hpp"

namespace ringcast::core {

class PhaseWheel {
  public:
    /// `ticks_max`: the longest interval that will be asked for. `records`: the table whose `next`
    /// links it uses.
    PhaseWheel(std::uint32_t ticks_max, std::span<ListenerRecord> records);

    /// Puts a record `ticks` steps ahead (1 ... ticks_max). Requires: it is in no slot.
    void add(std::uint32_t index, std::uint32_t ticks);

    /// Moves on by one step and returns the first of the records that are now due, linked by
    /// `next`; kNone if none.
    [[nodiscard]] std::uint32_t advance();

    /// How many steps ahead, among the next `interval`, the fewest records are due: where a new
    /// listener levels the load.
    [[nodiscard]] std::uint32_t level(std::uint32_t interval) const;

    [[nodiscard]] std::uint32_t ticks_max() const {
        return static_cast<std::uint32_t>(slots_.size()) - 1;
    }

  private:
    struct Slot {
        std::uint32_t first = kNone;
        std::uint32_t count = 0;
    };
    [[nodiscard]] std::size_t slot_ahead(std::uint32_t ticks) const {
        return (now_ + ticks) % slots_.size();
    }

    std::span<ListenerRecord> records_;
    std::vector<Slot> slots_;
    std::size_t now_ = 0;
};

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
// The texts of connections (agent, referer, target, user), in a bounded area of the pool: chains of
// small cells, lowest groups first, and a group's page goes back to the system when its last cell
// is free.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "core/block_pool.hpp"
#include "core/limits.hpp"

namespace ringcast::core {

struct IdentityCell {
    static constexpr std::size_t kTextBytes = 60;
    std::uint32_t next;
    std::array<char, kTextBytes> text;
};
static_assert(sizeof(IdentityCell) == 64);

/// Cells of one page; one bit each in the group's word.
constexpr std::size_t kIdentityCellsPerGroup = 64;

/// What a client said of itself. Each is cut at kIdentityTextBytesMax when stored.
struct Identity {
    std::string target;  ///< method, target and protocol as in the request line
    std::string agent;
    std::string referer;
    std::string user;
};

/// Thread-safe. Used when connections begin and end, never while they stream.
class IdentityStore {
  public:
    explicit IdentityStore(BlockPool& pool);

    /// Stores the texts and returns the first cell. When the area is full the texts are cut (and
    /// counted); kNone when not one cell was free.
    [[nodiscard]] std::uint32_t store(const Identity& identity);
    [[nodiscard]] Identity load(std::uint32_t first) const;
    void release(std::uint32_t first);

    /// Identities that were cut because the area was full.
    [[nodiscard]] std::uint64_t cut() const;
    [[nodiscard]] std::uint32_t cells_used() const;

  private:
    [[nodiscard]] std::uint32_t take_cell();
    void free_cell(std::uint32_t cell);

    BlockPool& pool_;
    std::span<std::uint64_t> groups_;
    std::span<IdentityCell> cells_;
    mutable std::mutex mutex_;  // guards everything below and the cells
    std::uint32_t first_free_group_ = 0;
    std::uint32_t used_ = 0;
    std::uint64_t cut_ = 0;
};

}  // namespace ringcast::core

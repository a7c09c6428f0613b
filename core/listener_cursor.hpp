// SPDX-License-Identifier: Apache-2.0
// What to send a listener next, at any offset, metaint phase and partial write. plan() says which
// bytes follow a position; advance() computes the position after any number of them. Both walk the
// same steps, so whatever the kernel took, and whoever asks again later, the answer is the same.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/limits.hpp"
#include "core/listener_record.hpp"
#include "core/stream_offset.hpp"

namespace ringcast::core {

class Station;

/// The next bytes for one listener: pieces of shared memory, valid while the listener's offset is
/// pinned.
struct SendPlan {
    std::array<std::span<const std::byte>, kSegmentsMax> segments;
    std::size_t count = 0;
    std::size_t bytes = 0;
};

class ListenerCursor {
  public:
    /// `metaint`: body bytes between metadata blocks, 0 for none. `head`: as read once for this
    /// pass.
    ListenerCursor(const Station& station, std::uint32_t metaint, StreamOffset head)
        : station_(station), metaint_(metaint), head_(head) {}

    /// The position of a listener that begins at the sync point `offset`, which may be the head, or
    /// kNotJoined: it waits for skip_to(). Requires: `offset` is pinned.
    [[nodiscard]] CursorState begin(StreamOffset offset) const;

    /// At most `limit` bytes of what follows `state`. Requires: its offset is pinned and not below
    /// the low end.
    void plan(const CursorState& state, std::size_t limit, SendPlan& plan) const;

    /// The position `bytes` further. Requires: a plan() of this state had that many.
    void advance(CursorState& state, std::size_t bytes) const;

    /// Moves a listener that fell out of the window to the sync point `offset`; a metadata block
    /// that it is in the middle of is completed with zeros, and headers of another chain are sent
    /// first. Returns false when the listener is in the middle of its stream headers, which are
    /// gone: it cannot go on.
    [[nodiscard]] bool skip_to(CursorState& state, StreamOffset offset) const;

    /// Audio (and headers) not yet sent, metadata not counted.
    [[nodiscard]] std::uint64_t due(const CursorState& state) const {
        return (state.prelude_size == kNone ? 0 : state.prelude_size - state.prelude_sent) +
               (head_ > state.offset ? head_ - state.offset : 0);
    }

  private:
    enum class Piece : std::uint8_t { Nothing, Metadata, Prelude, Audio };
    struct Next {
        Piece piece;
        std::span<const std::byte> bytes;
    };
    /// Starts a metadata block when one is due, then says what comes next, at most `limit` bytes of
    /// it.
    [[nodiscard]] Next next(CursorState& state, std::size_t limit) const;
    void consume(CursorState& state, const Next& next, std::size_t bytes) const;
    void begin_block(CursorState& state) const;
    /// Which stream headers come first: those that hold at the offset, unless they are what this
    /// listener has. Known once the byte there is published; a chain may begin with it.
    void decide_prelude(CursorState& state) const;

    const Station& station_;
    std::uint32_t metaint_;
    StreamOffset head_;
};

}  // namespace ringcast::core

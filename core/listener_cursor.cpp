// SPDX-License-Identifier: Apache-2.0
#include "core/listener_cursor.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/station.hpp"

namespace ringcast::core {

namespace {

/// The block that says "unchanged", and what completes a block whose title is gone.
constexpr std::array<std::byte, icy::kBlockBytesMax> kZeros{};

}  // namespace

CursorState ListenerCursor::begin(StreamOffset offset) const {
    CursorState state;
    state.offset = offset;
    state.until_meta = metaint_;
    state.prelude_size = kNone;
    decide_prelude(state);
    return state;
}

void ListenerCursor::decide_prelude(CursorState& state) const {
    if (state.prelude_size != kNone || head_ <= state.offset) {
        return;
    }
    const HeaderChains::Chain chain = station_.chains().at(state.offset);
    const bool has_them = chain.id == state.chain;
    state.chain = chain.id;
    state.prelude_size = has_them ? 0 : static_cast<std::uint32_t>(chain.headers.size());
    state.prelude_sent = 0;
}

bool ListenerCursor::skip_to(CursorState& state, StreamOffset offset) const {
    const bool decided = state.prelude_size != kNone;
    const bool unsent = decided && state.prelude_sent < state.prelude_size;
    if (unsent && state.prelude_sent != 0) {
        return false;
    }
    if (state.block_size != 0) {
        state.block_title = kNone;
    }
    if (unsent) {
        state.chain = 0;
    }
    if (state.offset != kNotJoined) {
        ++state.skips;
    }
    state.offset = offset;
    state.prelude_size = kNone;
    state.prelude_sent = 0;
    decide_prelude(state);
    return true;
}

void ListenerCursor::begin_block(CursorState& state) const {
    const TitleTimeline::Title title = station_.titles().at(state.offset);
    state.block_title = title.number;
    state.block_sent = 0;
    state.block_size =
        title.number == state.title_shown ? 1 : static_cast<std::uint16_t>(title.block.size());
}

ListenerCursor::Next ListenerCursor::next(CursorState& state, std::size_t limit) const {
    decide_prelude(state);
    if (state.prelude_size == kNone && state.block_size == 0) {
        return {Piece::Nothing, {}};
    }
    // A block goes out only when the audio byte behind it is published: then its title can no
    // longer change.
    if (metaint_ != 0 && state.until_meta == 0 && state.block_size == 0 && head_ > state.offset) {
        begin_block(state);
    }
    if (state.block_size != 0) {
        const std::size_t size = std::min<std::size_t>(limit, state.block_size - state.block_sent);
        const std::byte* block = kZeros.data();
        if (state.block_title != kNone && state.block_size > 1) {
            block = station_.titles().at(state.offset).block.data();
        }
        return {Piece::Metadata, {block + state.block_sent, size}};
    }
    if (metaint_ != 0) {
        limit = std::min<std::size_t>(limit, state.until_meta);
    }
    if (state.prelude_sent < state.prelude_size) {
        const std::size_t size =
            std::min<std::size_t>(limit, state.prelude_size - state.prelude_sent);
        return {Piece::Prelude,
                station_.chains().at(state.offset).headers.subspan(state.prelude_sent, size)};
    }
    if (head_ <= state.offset) {
        return {Piece::Nothing, {}};
    }
    const std::size_t size = std::min<std::uint64_t>(limit, head_ - state.offset);
    return {Piece::Audio, station_.ring().read(state.offset, size)};
}

void ListenerCursor::consume(CursorState& state, const Next& next, std::size_t bytes) const {
    state.sent += bytes;
    switch (next.piece) {
        case Piece::Nothing:
            return;
        case Piece::Metadata:
            state.block_sent = static_cast<std::uint16_t>(state.block_sent + bytes);
            if (state.block_sent == state.block_size) {
                if (state.block_size > 1) {
                    state.title_shown = state.block_title;
                }
                state.block_size = 0;
                state.block_sent = 0;
                state.block_title = 0;
                state.until_meta = metaint_;
            }
            return;
        case Piece::Prelude:
            state.prelude_sent += static_cast<std::uint32_t>(bytes);
            break;
        case Piece::Audio:
            state.offset += bytes;
            break;
    }
    if (metaint_ != 0) {
        state.until_meta -= static_cast<std::uint32_t>(bytes);
    }
}

void ListenerCursor::plan(const CursorState& from, std::size_t limit, SendPlan& plan) const {
    CursorState state = from;
    plan.count = 0;
    plan.bytes = 0;
    while (plan.count < plan.segments.size() && plan.bytes < limit) {
        const Next piece = next(state, limit - plan.bytes);
        if (piece.bytes.empty()) {
            break;
        }
        plan.segments[plan.count++] = piece.bytes;
        plan.bytes += piece.bytes.size();
        consume(state, piece, piece.bytes.size());
    }
}

void ListenerCursor::advance(CursorState& state, std::size_t bytes) const {
    while (bytes > 0) {
        const Next piece = next(state, bytes);
        check(!piece.bytes.empty(), "no more is acknowledged than was planned");
        consume(state, piece, piece.bytes.size());
        bytes -= piece.bytes.size();
    }
}

}  // namespace ringcast::core

// SPDX-License-Identifier: Apache-2.0
// Decodes a body in pieces, as a source step does, and checks what must hold of any input.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "core/body_decoder.hpp"
#include "core/check.hpp"

namespace ringcast::fuzz {

struct FuzzedBody {
    std::vector<std::byte> audio;
    std::size_t titles = 0;
    bool ended = false;
    bool malformed = false;
};

/// Decodes `raw`, `piece` bytes at a time; some audio is published after each piece. The region is
/// as large as it must be and no larger, so that a sanitizer sees every byte too far.
inline FuzzedBody decode(core::BodyState state, std::span<const std::byte> raw, std::size_t piece) {
    FuzzedBody body;
    std::vector<std::byte> behind_head;
    core::InBandTitle title;
    while (!raw.empty()) {
        const std::span<const std::byte> part = raw.first(std::min(piece, raw.size()));
        raw = raw.subspan(part.size());
        std::vector<std::byte> region(behind_head);
        region.resize(state.audio + 2 * part.size());
        region.shrink_to_fit();
        const core::RawPlace place = core::raw_place(state, region.size());
        core::check(place.size_max >= part.size(), "the place has room for the piece");
        std::ranges::copy(part, region.begin() + static_cast<std::ptrdiff_t>(place.begin));
        const auto received = std::span(region).subspan(place.begin, part.size());
        const core::Result<bool> titled = core::BodyDecoder::decode(state, region, received, title);
        core::check(std::ranges::equal(received, part), "the raw bytes stay");
        if (!titled) {
            body.malformed = true;
            return body;
        }
        core::check(state.audio <= behind_head.size() + part.size(), "a body never grows");
        core::check(state.block_size < core::icy::kSourceBlockBytesMax, "a full block is taken");
        if (*titled) {
            core::check(title.size > 0 && title.size % 16 == 0, "a title has its padding");
            core::check(title.at <= state.audio, "a title stands in the audio");
            ++body.titles;
        }
        const std::size_t published = (state.audio + 1) / 2;
        body.audio.insert(body.audio.end(), region.begin(),
                          region.begin() + static_cast<std::ptrdiff_t>(published));
        state.audio -= static_cast<std::uint32_t>(published);
        behind_head.assign(region.begin() + static_cast<std::ptrdiff_t>(published),
                           region.begin() + static_cast<std::ptrdiff_t>(published + state.audio));
    }
    body.audio.insert(body.audio.end(), behind_head.begin(), behind_head.end());
    body.ended = state.ended;
    return body;
}

/// However the bytes come, the outcome is the same.
inline void check_pieces(const core::BodyState& state, std::span<const std::byte> raw,
                         std::size_t piece) {
    const FuzzedBody whole = decode(state, raw, raw.size());
    for (const std::size_t size : {std::size_t{1}, piece}) {
        const FuzzedBody pieces = decode(state, raw, size);
        core::check(pieces.malformed == whole.malformed, "a split does not change what is right");
        core::check(whole.malformed || pieces.audio == whole.audio, "a split loses nothing");
        core::check(pieces.ended == whole.ended || whole.malformed,
                    "a split does not move the end");
        core::check(whole.malformed || (pieces.titles != 0) == (whole.titles != 0),
                    "a split hides no title");
    }
}

}  // namespace ringcast::fuzz

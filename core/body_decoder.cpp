// SPDX-License-Identifier: Apache-2.0
#include "core/body_decoder.hpp"

#include <algorithm>
#include <cstring>

#include "core/check.hpp"

namespace ringcast::core {

namespace {

constexpr std::uint8_t kSizeDigitsMax = 15;
constexpr std::uint16_t kLineBytesMax = 4096;
constexpr std::uint16_t kTrailerLinesMax = 64;

Error malformed(const char* what) {
    return Error{Errc::MalformedBody, what};
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// The end of a chunk-size line: data follows, or the trailer after the last chunk.
void begin_chunk(BodyState& state) {
    state.phase = state.remaining == 0 ? ChunkPhase::Trailer : ChunkPhase::Data;
    state.digits = 0;
    state.line_bytes = 0;
}

/// One byte of a chunk-size line.
const char* take_size_byte(BodyState& state, char c) {
    if (state.phase == ChunkPhase::Size) {
        const int digit = hex_value(c);
        if (digit >= 0) {
            if (++state.digits > kSizeDigitsMax) {
                return "a chunk size has too many digits";
            }
            state.remaining = state.remaining * 16 + static_cast<unsigned>(digit);
            return nullptr;
        }
        if (state.digits == 0) {
            return "a chunk has no size";
        }
        if (c != ';' && c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            return "a chunk size is no hexadecimal number";
        }
        state.phase = ChunkPhase::Extension;
    }
    if (c == '\n') {
        begin_chunk(state);
    } else if (c == '\r') {
        state.phase = ChunkPhase::SizeLf;
    } else if (++state.line_bytes > kLineBytesMax) {
        return "a chunk extension is too long";
    }
    return nullptr;
}

/// One byte of the trailer section, which is read and dropped.
const char* take_trailer_byte(BodyState& state, char c) {
    if (c == '\n') {
        const bool empty_line = state.phase != ChunkPhase::TrailerLine;
        if (!empty_line && ++state.trailer_lines > kTrailerLinesMax) {
            return "too many trailer lines";
        }
        state.phase = empty_line ? ChunkPhase::Done : ChunkPhase::Trailer;
        state.ended = empty_line;
        state.line_bytes = 0;
        return nullptr;
    }
    if (state.phase == ChunkPhase::TrailerLf) {
        return "a bare CR in the trailer";
    }
    if (c == '\r' && state.phase == ChunkPhase::Trailer) {
        state.phase = ChunkPhase::TrailerLf;
        return nullptr;
    }
    state.phase = ChunkPhase::TrailerLine;
    return ++state.line_bytes > kLineBytesMax ? "a trailer line is too long" : nullptr;
}

/// One byte that is not chunk data; the reason if it must not stand here.
const char* take_framing_byte(BodyState& state, char c) {
    switch (state.phase) {
        case ChunkPhase::Size:
        case ChunkPhase::Extension:
            return take_size_byte(state, c);
        case ChunkPhase::SizeLf:
            if (c != '\n') {
                return "a bare CR in a chunk size line";
            }
            begin_chunk(state);
            return nullptr;
        case ChunkPhase::DataCr:
            if (c == '\r') {
                state.phase = ChunkPhase::DataLf;
                return nullptr;
            }
            [[fallthrough]];
        case ChunkPhase::DataLf:
            if (c != '\n') {
                return "chunk data is longer than its size";
            }
            state.phase = ChunkPhase::Size;
            return nullptr;
        case ChunkPhase::Trailer:
        case ChunkPhase::TrailerLine:
        case ChunkPhase::TrailerLf:
            return take_trailer_byte(state, c);
        case ChunkPhase::Data:
        case ChunkPhase::Done:
            break;
    }
    check(false, "data and what follows the body are not framing");
    return nullptr;
}

/// A body whose audio is something else than its raw bytes.
bool framed(const BodyState& state) {
    return state.framing == BodyFraming::Chunked || state.metaint != 0;
}

/// How many of `size` raw bytes come next that are all data; 0: the next one is chunk framing.
std::size_t data_bytes(const BodyState& state, std::size_t size) {
    switch (state.framing) {
        case BodyFraming::UntilClose:
            return size;
        case BodyFraming::Chunked:
            if (state.phase != ChunkPhase::Data) {
                return 0;
            }
            break;
        case BodyFraming::Length:
            break;
    }
    return static_cast<std::size_t>(std::min<std::uint64_t>(size, state.remaining));
}

/// `size` bytes of data were taken.
void count_data(BodyState& state, std::size_t size) {
    if (state.framing == BodyFraming::UntilClose) {
        return;
    }
    state.remaining -= size;
    if (state.remaining == 0) {
        state.ended = state.framing == BodyFraming::Length;
        state.phase = ChunkPhase::DataCr;
    }
}

/// The first bytes of `data` go on with a metadata block. Returns how many.
std::size_t take_block(BodyState& state, std::span<const std::byte> data, InBandTitle& title,
                       bool& titled) {
    const std::byte length = state.block_size == 0 ? data.front() : state.block.front();
    const std::size_t block = 1 + std::to_integer<std::size_t>(length) * 16;
    const std::size_t size = std::min(data.size(), block - state.block_size);
    std::memcpy(state.block.data() + state.block_size, data.data(), size);
    state.block_size += static_cast<std::uint32_t>(size);
    if (state.block_size < block) {
        return size;
    }
    if (block > 1) {
        title.size = block - 1;
        std::memcpy(title.block.data(), state.block.data() + 1, title.size);
        title.at = state.audio;
        titled = true;
    }
    state.block_size = 0;
    state.until_meta = state.metaint;
    return size;
}

/// Appends `data` to the audio in `region`, but for the metadata blocks in it. True for a title.
bool take_data(BodyState& state, std::span<std::byte> region, std::span<const std::byte> data,
               InBandTitle& title) {
    bool titled = false;
    while (!data.empty()) {
        if (state.metaint != 0 && state.until_meta == 0) {
            data = data.subspan(take_block(state, data, title, titled));
            continue;
        }
        std::size_t size = data.size();
        if (state.metaint != 0) {
            size = std::min<std::size_t>(size, state.until_meta);
            state.until_meta -= static_cast<std::uint32_t>(size);
        }
        std::memcpy(region.data() + state.audio, data.data(), size);
        state.audio += static_cast<std::uint32_t>(size);
        data = data.subspan(size);
    }
    return titled;
}

}  // namespace

RawPlace raw_place(const BodyState& state, std::size_t reserve) {
    check(state.audio <= reserve, "the audio lies in the reserve");
    const std::size_t room = reserve - state.audio;
    if (!framed(state)) {
        return {state.audio, room};
    }
    return {state.audio + room / 2, room / 2};
}

BodyState BodyDecoder::begin(BodyFraming framing, std::uint64_t length, std::uint32_t metaint) {
    BodyState state;
    state.framing = framing;
    state.remaining = framing == BodyFraming::Length ? length : 0;
    state.ended = framing == BodyFraming::Length && length == 0;
    state.metaint = metaint;
    state.until_meta = metaint;
    return state;
}

Result<bool> BodyDecoder::decode(BodyState& state, std::span<std::byte> region,
                                 std::span<const std::byte> raw, InBandTitle& title) {
    const auto begin = static_cast<std::size_t>(raw.data() - region.data());
    check(begin <= region.size() && raw.size() <= region.size() - begin, "raw lies in the region");
    const bool in_place = !framed(state);
    check(in_place ? begin == state.audio : begin >= state.audio + raw.size(),
          "the audio reaches no raw byte that is not its own");
    bool titled = false;
    while (!raw.empty() && !state.ended) {
        const std::size_t data = data_bytes(state, raw.size());
        if (data == 0) {
            if (const char* fault = take_framing_byte(state, static_cast<char>(raw.front()))) {
                return malformed(fault);
            }
            raw = raw.subspan(1);
            continue;
        }
        if (in_place) {
            state.audio += static_cast<std::uint32_t>(data);
        } else if (take_data(state, region, raw.first(data), title)) {
            titled = true;
        }
        count_data(state, data);
        raw = raw.subspan(data);
    }
    return titled;
}

}  // namespace ringcast::core

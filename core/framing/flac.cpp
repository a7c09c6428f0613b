// SPDX-License-Identifier: Apache-2.0
#include "core/framing/flac.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/framing/crc.hpp"
#include "core/framing/vorbis_comment.hpp"

namespace ringcast::core::framing {

namespace {

constexpr std::size_t kMarkerBytes = 4;
constexpr std::size_t kBlockHeaderBytes = 4;
constexpr std::byte kLastBlockFlag{0x80};

enum class BlockType : std::uint8_t { VorbisComment = 4, Forbidden = 127 };

struct BlockHeader {
    bool last;
    BlockType type;
    std::size_t bytes;  ///< with the header itself
};

/// Requires: kBlockHeaderBytes bytes.
BlockHeader block_header(std::span<const std::byte> bytes) {
    const auto at = [bytes](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
    return {.last = (bytes[0] & kLastBlockFlag) != std::byte{0},
            .type = static_cast<BlockType>(bytes[0] & ~kLastBlockFlag),
            .bytes = kBlockHeaderBytes + (at(1) << 16 | at(2) << 8 | at(3))};
}

/// The first byte at or behind `from` that may begin a frame header (0xFF) or a stream ('f').
std::size_t find_first_byte(std::span<const std::byte> window, std::size_t from) {
    const auto find = [&](int byte, std::size_t end) {
        const void* found =
            from < end ? std::memchr(window.data() + from, byte, end - from) : nullptr;
        return found == nullptr
                   ? end
                   : static_cast<std::size_t>(static_cast<const std::byte*>(found) - window.data());
    };
    return find('f', find(0xFF, window.size()));
}

constexpr bool may_begin_start(std::byte first) {
    return first == std::byte{0xFF} || first == std::byte{'f'};
}

/// Whether a frame or a stream begins at the first of `bytes`.
Match start_at(std::span<const std::byte> bytes) {
    return bytes[0] == std::byte{'f'} ? flac_stream_at(bytes) : flac_frame_header_at(bytes).match;
}

}  // namespace

bool FlacScanner::Stretch::is_frame_up_to(std::size_t new_end, std::span<const std::byte> window) {
    crc = crc16(crc, window.subspan(end, new_end - end));
    end = new_end;
    return crc == 0;
}

ScanUnit FlacScanner::next(std::span<const std::byte> bytes) {
    const auto window = bytes.first(std::min(bytes.size(), kUnitBytesMax));
    if (window.empty()) {
        return {};
    }
    if (skip_bytes_left_ > 0) {
        return skipped_piece(window);
    }
    if (in_metadata_) {
        if (window.size() < kBlockHeaderBytes) {
            return {};
        }
        if (block_header(window).type != BlockType::Forbidden) {
            return metadata_block(window);
        }
        in_metadata_ = false;
    }
    if (flac_stream_at(window) == Match::Yes) {
        return stream_start(window);
    }
    const FlacFrameHeader header = flac_frame_header_at(window);
    return header.match == Match::Yes ? frame(window, header) : find_start(window);
}

ScanUnit FlacScanner::stream_start(std::span<const std::byte> window) {
    if (window.size() < kFlacStreamStartBytes) {
        return {};
    }
    info_ = flac_stream_info(window);
    in_metadata_ = !block_header(window.subspan(kMarkerBytes)).last;
    headers_bytes_ = kFlacStreamStartBytes;
    return {.kind = ScanUnit::Kind::Header, .chain_start = true, .bytes = kFlacStreamStartBytes};
}

ScanUnit FlacScanner::metadata_block(std::span<const std::byte> window) {
    const BlockHeader block = block_header(window);
    const bool kept = headers_bytes_ + block.bytes <= kFlacHeadersBytesMax;
    if (kept && window.size() < block.bytes) {
        return {};
    }
    in_metadata_ = !block.last;
    if (!kept) {
        skip_bytes_left_ = block.bytes;
        return skipped_piece(window);
    }
    headers_bytes_ += block.bytes;
    if (block.type == BlockType::VorbisComment) {
        const auto comments = window.first(block.bytes).subspan(kBlockHeaderBytes);
        title_ = title_from_vorbis_comment(comments).value_or("");
    }
    return {.kind = ScanUnit::Kind::Header, .bytes = static_cast<std::uint32_t>(block.bytes)};
}

ScanUnit FlacScanner::frame(std::span<const std::byte> window, const FlacFrameHeader& header) {
    search_.at = std::max<std::size_t>(search_.at, header.bytes);
    for (;;) {
        search_.at = find_first_byte(window, search_.at);
        if (search_.at > kFlacFrameBytesMax) {
            // No end within the longest frame: something is lost here. Go on at the newest header.
            const std::size_t rival = search_.rival ? search_.rival->begin : 0;
            return end_search(ScanUnit::Kind::Junk, rival > 0 ? rival : kFlacFrameBytesMax + 1);
        }
        const Match start =
            search_.at < window.size() ? start_at(window.subspan(search_.at)) : Match::Undecided;
        if (start == Match::Undecided) {
            return {};
        }
        if (start == Match::Yes) {
            if (search_.frame.is_frame_up_to(search_.at, window)) {
                return whole_frame(header);
            }
            // A whole frame between the last two headers: what began at the front is damaged.
            if (search_.rival && search_.rival->is_frame_up_to(search_.at, window)) {
                return end_search(ScanUnit::Kind::Junk, search_.rival->begin);
            }
            search_.rival = Stretch{.begin = search_.at, .end = search_.at};
        }
        ++search_.at;
    }
}

ScanUnit FlacScanner::whole_frame(const FlacFrameHeader& header) {
    const std::uint32_t rate = header.sample_rate != 0 ? header.sample_rate : info_.sample_rate;
    if (info_.channels == 0) {
        info_ = {.sample_rate = rate, .channels = header.channels};
    }
    ScanUnit unit = end_search(ScanUnit::Kind::Frame, search_.at);
    unit.sync = true;
    unit.duration_us = clock_.advance(header.samples, rate);
    return unit;
}

/// Where neither a frame nor a stream begins at the front, as next() has seen.
ScanUnit FlacScanner::find_start(std::span<const std::byte> window) {
    for (std::size_t at = 0; at < window.size(); ++at) {
        const bool start = may_begin_start(window[at]);
        if (!start && !may_begin_tag(window[at])) {
            continue;
        }
        const auto rest = window.subspan(at);
        const TagMatch tag = start ? TagMatch{} : tag_at(rest);
        const Match match = start ? start_at(rest) : tag.match;
        if (match == Match::No) {
            continue;
        }
        if (at > 0) {
            return {.kind = ScanUnit::Kind::Junk, .bytes = static_cast<std::uint32_t>(at)};
        }
        skip_bytes_left_ = tag.bytes;
        return match == Match::Yes ? skipped_piece(window) : ScanUnit{};
    }
    return {.kind = ScanUnit::Kind::Junk, .bytes = static_cast<std::uint32_t>(window.size())};
}

ScanUnit FlacScanner::skipped_piece(std::span<const std::byte> window) {
    const auto piece = std::min<std::uint64_t>(window.size(), skip_bytes_left_);
    skip_bytes_left_ -= piece;
    return {.kind = ScanUnit::Kind::Junk, .bytes = static_cast<std::uint32_t>(piece)};
}

ScanUnit FlacScanner::end_search(ScanUnit::Kind kind, std::size_t bytes) {
    search_ = EndSearch{};
    return {.kind = kind, .bytes = static_cast<std::uint32_t>(bytes)};
}

StreamFormat FlacScanner::format() const {
    return {.codec = info_.channels == 0 ? "" : "FLAC",
            .sample_rate = info_.sample_rate,
            .channels = info_.channels,
            .bitrate = 0};
}

bool FlacScanner::take_title(std::string& title) {
    if (title_.empty()) {
        return false;
    }
    title = std::exchange(title_, std::string());
    return true;
}

void FlacScanner::complete_headers(std::span<std::byte> headers) const {
    std::size_t last = 0;
    for (std::size_t at = kMarkerBytes; at + kBlockHeaderBytes <= headers.size();) {
        last = at;
        at += block_header(headers.subspan(at)).bytes;
    }
    if (last > 0) {
        headers[last] |= kLastBlockFlag;
    }
}

std::unique_ptr<FrameScanner> make_flac_scanner() {
    return std::make_unique<FlacScanner>();
}

}  // namespace ringcast::core::framing

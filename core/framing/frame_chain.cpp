// SPDX-License-Identifier: Apache-2.0
#include "core/framing/frame_chain.hpp"

#include <algorithm>

namespace ringcast::core::framing {

namespace {

/// Headers that must follow the first one. Two of the same stream at the right distances are found
/// in random bytes about once in 2^34 places.
constexpr int kConfirmingHeaders = 2;
static_assert((kConfirmingHeaders + 1) * kChainedFrameBytesMax < kUnitBytesMax,
              "a lock can always be decided within one unit's bytes");

constexpr std::byte kFirstByteOfHeader{0xFF};

ScanUnit junk(std::size_t size) {
    return {.kind = ScanUnit::Kind::Junk, .bytes = static_cast<std::uint32_t>(size)};
}

}  // namespace

ScanUnit FrameChainScanner::next(std::span<const std::byte> bytes) {
    const auto window = bytes.first(std::min(bytes.size(), kUnitBytesMax));
    if (tag_bytes_left_ > 0) {
        return tag_piece(window);
    }
    if (window.empty() || (locked_ && window.size() < syntax_.header_bytes)) {
        return {};
    }
    if (locked_) {
        const auto header = syntax_.parse(window);
        if (header && header->stream_key == last_.stream_key) {
            return header->bytes <= window.size() ? frame(*header) : ScanUnit{};
        }
        locked_ = false;
    }
    return search(window);
}

ScanUnit FrameChainScanner::search(std::span<const std::byte> window) {
    for (std::size_t at = 0; at < window.size(); ++at) {
        const bool header = window[at] == kFirstByteOfHeader;
        if (!header && !may_begin_tag(window[at])) {
            continue;
        }
        const auto rest = window.subspan(at);
        const TagMatch tag = header ? TagMatch{} : tag_at(rest);
        const Match match = header ? chain_at(rest) : tag.match;
        if (match == Match::No) {
            continue;
        }
        if (at > 0) {
            return junk(at);
        }
        if (match == Match::Undecided) {
            return {};
        }
        if (header) {
            locked_ = true;
            return frame(*syntax_.parse(window));
        }
        tag_bytes_left_ = tag.bytes;
        return tag_piece(window);
    }
    return junk(window.size());
}

Match FrameChainScanner::chain_at(std::span<const std::byte> bytes) const {
    std::uint32_t stream_key = 0;
    for (int i = 0; i <= kConfirmingHeaders; ++i) {
        if (bytes.size() < syntax_.header_bytes) {
            return Match::Undecided;
        }
        const auto header = syntax_.parse(bytes);
        if (!header || (i > 0 && header->stream_key != stream_key)) {
            return Match::No;
        }
        stream_key = header->stream_key;
        bytes = bytes.subspan(std::min<std::size_t>(header->bytes, bytes.size()));
    }
    return Match::Yes;
}

ScanUnit FrameChainScanner::tag_piece(std::span<const std::byte> window) {
    const auto piece = std::min<std::uint64_t>(window.size(), tag_bytes_left_);
    tag_bytes_left_ -= piece;
    return piece == 0 ? ScanUnit{} : junk(piece);
}

ScanUnit FrameChainScanner::frame(const ChainedFrame& header) {
    if (header.stream_key != last_.stream_key) {
        frames_of_stream_ = 0;
    }
    // The first frame may be an encoder's info frame (Xing, Info, VBRI) with a bitrate of its own;
    // from the second on, another bitrate means that it varies.
    if (frames_of_stream_ < 2) {
        ++frames_of_stream_;
        bitrate_ = header.bitrate;
    } else if (header.bitrate != bitrate_) {
        bitrate_ = 0;
    }
    last_ = header;
    return {.kind = ScanUnit::Kind::Frame,
            .sync = true,
            .bytes = header.bytes,
            .duration_us = clock_.advance(header.samples, header.sample_rate)};
}

StreamFormat FrameChainScanner::format() const {
    return {.codec = std::string(last_.codec),
            .sample_rate = last_.sample_rate,
            .channels = last_.channels,
            .bitrate = bitrate_};
}

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
#include "core/framing/webm.hpp"

#include <algorithm>
#include <array>

#include "core/framing/ebml.hpp"
#include "core/framing/webm_tracks.hpp"

namespace ringcast::core::framing {

namespace {

using Kind = ScanUnit::Kind;

constexpr std::uint32_t kEbml = 0x1A45DFA3;
constexpr std::uint32_t kSegment = 0x18538067;
constexpr std::uint32_t kInfo = 0x1549A966;
constexpr std::uint32_t kTracks = 0x1654AE6B;
constexpr std::uint32_t kCluster = 0x1F43B675;
constexpr std::uint32_t kTimestamp = 0xE7;
constexpr std::uint32_t kSimpleBlock = 0xA3;
constexpr std::uint32_t kBlockGroup = 0xA0;

/// SeekHead, Cues, Chapters, Tags, Attachments.
constexpr std::array<std::uint32_t, 5> kOtherSegmentChildren{0x114D9B74, 0x1C53BB6B, 0x1043A770,
                                                             0x1254C367, 0x1941A469};
/// SilentTracks, Position, PrevSize, EncryptedBlock; Void and CRC-32, which may stand anywhere.
constexpr std::array<std::uint32_t, 6> kOtherClusterChildren{0x5854, 0xA7, 0xAB, 0xAF, 0xEC, 0xBF};

constexpr std::uint64_t kElementBytesMax =
    std::uint64_t{16} * 1024 * 1024;                ///< longer ones are broken
constexpr std::size_t kClusterHeadElementsMax = 8;  ///< before the timestamp
constexpr std::uint64_t kClusterHeadElementBytesMax = 64;

template <std::size_t N>
bool contains(const std::array<std::uint32_t, N>& ids, std::uint32_t id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Where the ID of an EBML header or a cluster, or a beginning of one that `bytes` cut short, first
/// stands.
std::size_t find_start(std::span<const std::byte> bytes) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const auto rest = bytes.subspan(at, std::min<std::size_t>(bytes.size() - at, 4));
        const auto shift = 8 * (4 - rest.size());
        const std::uint64_t found = ebml_unsigned(rest);
        if (found == kEbml >> shift || found == kCluster >> shift) {
            return at;
        }
    }
    return bytes.size();
}

class WebmScanner final : public FrameScanner {
  public:
    ScanUnit next(std::span<const std::byte> bytes) override;
    StreamFormat format() const override;

  private:
    ScanUnit element_unit(std::span<const std::byte> bytes, const EbmlHead& head);
    ScanUnit cluster_head_unit(std::span<const std::byte> bytes, const EbmlHead& head);
    ScanUnit next_piece(std::span<const std::byte> bytes);
    ScanUnit lose_track();
    std::uint64_t read_payload(std::uint32_t id, std::span<const std::byte> payload);
    bool may_stand_here(std::uint32_t id) const;

    bool lost_ = true;         ///< bytes make no sense until an EBML header or a cluster
    bool in_headers_ = false;  ///< no cluster yet in this chain
    bool has_tracks_ = false;
    std::uint64_t rest_bytes_ = 0;  ///< of an element that comes in pieces
    Kind rest_kind_ = Kind::Junk;
    WebmTrack track_;
    WebmClock clock_;
};

ScanUnit WebmScanner::next(std::span<const std::byte> bytes) {
    bytes = bytes.first(std::min(bytes.size(), kUnitBytesMax));
    if (rest_bytes_ > 0) {
        return next_piece(bytes);
    }
    if (lost_) {
        const std::size_t at = find_start(bytes);
        if (at > 0) {
            return {.kind = Kind::Junk, .bytes = static_cast<std::uint32_t>(at)};
        }
        if (bytes.size() < 4) {
            return {};
        }
    }
    const EbmlHead head = ebml_head(bytes);
    switch (head.state) {
        case EbmlHead::State::NeedMore:
            return {};
        case EbmlHead::State::Broken:
            return lose_track();
        case EbmlHead::State::Whole:
            break;
    }
    if (!may_stand_here(head.id)) {
        return lose_track();
    }
    return head.id == kCluster ? cluster_head_unit(bytes, head) : element_unit(bytes, head);
}

/// Elements are told apart by their IDs alone: those in a cluster are never children of the segment
/// as well, so neither needs its size, which live muxers do not know.
bool WebmScanner::may_stand_here(std::uint32_t id) const {
    if (id == kEbml) {
        return true;
    }
    if (id == kCluster) {
        return has_tracks_;
    }
    const bool in_cluster = id == kTimestamp || id == kSimpleBlock || id == kBlockGroup;
    return id == kSegment || id == kInfo || id == kTracks || contains(kOtherSegmentChildren, id) ||
           contains(kOtherClusterChildren, id) || (in_cluster && !in_headers_);
}

/// The head of a segment, or the whole of any other element.
ScanUnit WebmScanner::element_unit(std::span<const std::byte> bytes, const EbmlHead& head) {
    const bool ebml = head.id == kEbml;
    const Kind kind = in_headers_ || ebml ? Kind::Header : Kind::Frame;
    if (head.id == kSegment) {
        return {.kind = kind, .bytes = head.bytes};
    }
    const std::uint64_t element_bytes = head.bytes + head.size;
    if (head.unknown_size || element_bytes > (ebml ? kUnitBytesMax : kElementBytesMax)) {
        return lose_track();
    }
    const auto unit_bytes =
        static_cast<std::size_t>(std::min<std::uint64_t>(element_bytes, kUnitBytesMax));
    if (bytes.size() < unit_bytes) {
        return {};
    }
    if (ebml) {
        lost_ = false;
        in_headers_ = true;
        has_tracks_ = false;
        track_ = {};
        clock_.restart();
    }
    rest_bytes_ = element_bytes - unit_bytes;
    const bool can_do_without = kind == Kind::Header && head.id != kTracks;
    rest_kind_ = rest_bytes_ > 0 && can_do_without ? Kind::Junk : kind;
    const auto payload = bytes.first(unit_bytes).subspan(head.bytes);
    const std::uint64_t duration_us = read_payload(head.id, payload);
    return {.kind = rest_kind_,
            .chain_start = ebml,
            .bytes = static_cast<std::uint32_t>(unit_bytes),
            .duration_us = duration_us};
}

/// What matters in an element, whose payload may be cut at the end of a unit; the time it adds.
std::uint64_t WebmScanner::read_payload(std::uint32_t id, std::span<const std::byte> payload) {
    if (in_headers_ && id == kTracks) {
        has_tracks_ = true;
        track_ = webm_main_track(payload);
    } else if (in_headers_ && id == kInfo) {
        clock_.set_scale(webm_timestamp_scale(payload));
    } else if (id == kSimpleBlock || id == kBlockGroup) {
        const auto block = id == kSimpleBlock ? webm_block(payload) : webm_block_in_group(payload);
        if (block && block->track == track_.number) {
            return clock_.advance(block->ticks);
        }
    }
    return 0;
}

/// A cluster up to its timestamp, before which only small elements may stand. What a decoder is
/// given from here on begins with whole frames: blocks do not depend on other clusters' blocks but
/// for video, which is not what this server is for.
ScanUnit WebmScanner::cluster_head_unit(std::span<const std::byte> bytes, const EbmlHead& head) {
    std::size_t at = head.bytes;
    for (std::size_t i = 0; i < kClusterHeadElementsMax; ++i) {
        const EbmlHead child = ebml_head(bytes.subspan(at));
        if (child.state == EbmlHead::State::NeedMore) {
            return {};
        }
        const bool timestamp = child.id == kTimestamp && child.size <= sizeof(std::uint64_t);
        if (child.state == EbmlHead::State::Broken || child.unknown_size ||
            child.size > kClusterHeadElementBytesMax ||
            (!timestamp && !contains(kOtherClusterChildren, child.id))) {
            return lose_track();
        }
        const auto child_bytes = child.bytes + static_cast<std::size_t>(child.size);
        if (bytes.size() < at + child_bytes) {
            return {};
        }
        at += child_bytes;
        if (timestamp) {
            lost_ = false;
            in_headers_ = false;
            clock_.begin_cluster(
                ebml_unsigned(bytes.first(at).last(static_cast<std::size_t>(child.size))));
            return {.kind = Kind::Frame, .sync = true, .bytes = static_cast<std::uint32_t>(at)};
        }
    }
    return lose_track();
}

/// Goes on with an element longer than a unit. Its pieces are of equal size, but for Junk.
ScanUnit WebmScanner::next_piece(std::span<const std::byte> bytes) {
    auto piece_bytes =
        static_cast<std::size_t>(std::min<std::uint64_t>(rest_bytes_, kUnitBytesMax));
    if (rest_kind_ == Kind::Junk) {
        piece_bytes = std::min(piece_bytes, bytes.size());
    }
    if (piece_bytes == 0 || bytes.size() < piece_bytes) {
        return {};
    }
    rest_bytes_ -= piece_bytes;
    return {.kind = rest_kind_, .bytes = static_cast<std::uint32_t>(piece_bytes)};
}

/// The first byte shown is not what it should be.
ScanUnit WebmScanner::lose_track() {
    lost_ = true;
    return {.kind = Kind::Junk, .bytes = 1};
}

StreamFormat WebmScanner::format() const {
    return {.codec = track_.codec, .sample_rate = track_.sample_rate, .channels = track_.channels};
}

}  // namespace

std::unique_ptr<FrameScanner> make_webm_scanner() {
    return std::make_unique<WebmScanner>();
}

}  // namespace ringcast::core::framing

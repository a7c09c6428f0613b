// SPDX-License-Identifier: Apache-2.0
#include "core/framing/ogg.hpp"

#include <ogg/ogg.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include "core/framing/ogg_codec.hpp"
#include "core/framing/sample_clock.hpp"
#include "core/framing/vorbis_comment.hpp"

namespace ringcast::core::framing {

namespace {

constexpr std::array kCapturePattern{std::byte{'O'}, std::byte{'g'}, std::byte{'g'},
                                     std::byte{'S'}};
constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kPageHeaderBytes = 27;  ///< without the segment table
constexpr std::size_t kSegmentsMax = 255;
constexpr std::size_t kPageBytesMax = kPageHeaderBytes + kSegmentsMax + kSegmentsMax * 255;
static_assert(kPageBytesMax <= kUnitBytesMax);

constexpr std::size_t kStreamsMax = 8;  ///< logical streams of one chain
constexpr std::size_t kCommentBytesMax =
    std::size_t{512} * 1024;  ///< kept of a comment packet (cover art)
constexpr std::size_t kRecheckBytesMax = 4 * kPageBytesMax;  ///< see OggScanner::next()

/// Which part of a packet stands on a page.
struct PacketPart {
    std::span<const std::byte> bytes;
    bool begins;
    bool ends;
};

/// A page whose body lies in the shown bytes. libogg wants to write the header's checksum, so the
/// header is a copy.
class Page {
  public:
    /// Requires: `bytes` is exactly a page.
    explicit Page(std::span<const std::byte> bytes) {
        const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
        const std::size_t header_bytes = kPageHeaderBytes + data[kPageHeaderBytes - 1];
        std::memcpy(header_.data(), data, header_bytes);
        page_.header = header_.data();
        page_.header_len = static_cast<long>(header_bytes);
        page_.body = const_cast<unsigned char*>(data + header_bytes);  // libogg only reads it
        page_.body_len = static_cast<long>(bytes.size() - header_bytes);
    }
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    bool checksum_is_right() {
        std::array<unsigned char, 4> sent{};
        std::memcpy(sent.data(), &header_[kChecksumAt], sent.size());
        ogg_page_checksum_set(&page_);
        return std::memcmp(sent.data(), &header_[kChecksumAt], sent.size()) == 0;
    }
    bool begins_stream() const { return ogg_page_bos(&page_) != 0; }
    bool ends_stream() const { return ogg_page_eos(&page_) != 0; }
    bool begins_packet() const { return ogg_page_continued(&page_) == 0; }
    std::int64_t granule() const { return ogg_page_granulepos(&page_); }
    int serial() const { return ogg_page_serialno(&page_); }

    /// Calls `use(PacketPart)` for each packet of which there is a part on this page.
    template <class Use>
    void for_each_packet_part(Use&& use) const {
        const std::span body(reinterpret_cast<const std::byte*>(page_.body),
                             static_cast<std::size_t>(page_.body_len));
        bool begins = begins_packet();
        std::size_t at = 0;
        std::size_t length = 0;
        for (std::size_t i = 0; i < header_[kPageHeaderBytes - 1]; ++i) {
            const std::size_t lacing = header_[kPageHeaderBytes + i];
            length += lacing;
            if (lacing < 255) {
                use(PacketPart{.bytes = body.subspan(at, length), .begins = begins, .ends = true});
                at += std::exchange(length, 0);
                begins = true;
            }
        }
        if (length > 0) {
            use(PacketPart{.bytes = body.subspan(at, length), .begins = begins, .ends = false});
        }
    }

    /// The first packet that begins on this page, or what of it is there.
    std::span<const std::byte> first_packet() const {
        std::span<const std::byte> packet;
        for_each_packet_part([&packet](const PacketPart& part) {
            packet = packet.data() == nullptr && part.begins ? part.bytes : packet;
        });
        return packet;
    }

  private:
    static constexpr std::size_t kChecksumAt = 22;

    std::array<unsigned char, kPageHeaderBytes + kSegmentsMax> header_;  ///< set as far as used
    ogg_page page_{};
};

/// Length of the page that begins `bytes`; 0 when not all of it is there. Requires: the capture
/// pattern.
std::size_t whole_page_bytes(std::span<const std::byte> bytes) {
    if (bytes.size() < kPageHeaderBytes) {
        return 0;
    }
    const auto segments = std::to_integer<std::size_t>(bytes[kPageHeaderBytes - 1]);
    std::size_t length = kPageHeaderBytes + segments;
    if (bytes.size() < length) {
        return 0;
    }
    for (const std::byte lacing : bytes.subspan(kPageHeaderBytes, segments)) {
        length += std::to_integer<std::size_t>(lacing);
    }
    return bytes.size() < length ? 0 : length;
}

/// Where the capture pattern, or a beginning of it that `bytes` cut short, first stands at or
/// behind `from`.
std::size_t find_capture_pattern(std::span<const std::byte> bytes, std::size_t from) {
    auto at = bytes.begin() + static_cast<std::ptrdiff_t>(std::min(from, bytes.size()));
    for (; at != bytes.end(); ++at) {
        at = std::find(at, bytes.end(), kCapturePattern[0]);
        const auto there = std::min<std::ptrdiff_t>(kCapturePattern.size(), bytes.end() - at);
        if (std::equal(at, at + there, kCapturePattern.begin())) {
            break;
        }
    }
    return static_cast<std::size_t>(at - bytes.begin());
}

ScanUnit junk(std::size_t bytes) {
    return {.kind = ScanUnit::Kind::Junk,
            .bytes = static_cast<std::uint32_t>(std::min(bytes, kUnitBytesMax))};
}

struct LogicalStream {
    int serial = 0;
    OggStreamInfo info;
    std::uint32_t headers_left = 0;  ///< packets
    std::uint32_t open_samples = 0;  ///< most that the data packet which goes on behind the last
                                     ///< page adds
};

struct PageContent {
    bool begins_packet = false;  ///< with its first byte
    bool headers = false;        ///< a header packet, or a part of one
    std::uint32_t samples = 0;   ///< most that the data packets which end on the page add
};

class OggScanner final : public FrameScanner {
  public:
    ScanUnit next(std::span<const std::byte> bytes) override;
    StreamFormat format() const override;
    bool take_title(std::string& title) override;

  private:
    ScanUnit page_unit(const Page& page);
    bool begin_stream(const Page& page);
    PageContent read_packets(const Page& page, LogicalStream& stream);
    void read_header_part(const PacketPart& part, LogicalStream& stream);
    void read_comment_part(const PacketPart& part, const OggStreamInfo& stream);
    std::uint32_t count_samples(std::int64_t granule, std::uint32_t samples_max);
    LogicalStream* find_stream(int serial);
    bool headers_are_complete() const;

    std::array<LogicalStream, kStreamsMax> streams_{};  ///< of the current chain
    std::size_t streams_count_ = 0;
    LogicalStream* main_ = nullptr;     ///< the first audio stream among them
    bool only_first_pages_ = false;     ///< the chain has no page yet but those that begin streams
    std::int64_t counted_granule_ = 0;  ///< of main_: the end of what durations have counted
    SampleClock clock_;

    std::vector<std::byte> comment_;  ///< of main_, while a comment packet is read
    bool in_comment_ = false;
    std::string title_;
    bool has_title_ = false;

    std::size_t recheck_credit_ = kRecheckBytesMax;  ///< see next()
};

ScanUnit OggScanner::next(std::span<const std::byte> bytes) {
    bytes = bytes.first(std::min(bytes.size(), kUnitBytesMax));
    if (const std::size_t at = find_capture_pattern(bytes, 0); at > 0) {
        return junk(at);
    }
    if (bytes.size() > kVersionAt && bytes[kVersionAt] != std::byte{0}) {
        return junk(find_capture_pattern(bytes, 1));
    }
    const std::size_t page_bytes = whole_page_bytes(bytes);
    if (page_bytes == 0) {
        return {};
    }
    Page page(bytes.first(page_bytes));
    if (!page.checksum_is_right()) {
        // A page may begin within what looked like one. Looking there costs a checksum over up to
        // 64 KiB for each beginning found, so it has to be earned by bytes that were in order.
        if (recheck_credit_ < page_bytes) {
            return junk(page_bytes);
        }
        recheck_credit_ -= page_bytes;
        return junk(find_capture_pattern(bytes, 1));
    }
    recheck_credit_ = std::min(recheck_credit_ + page_bytes, kRecheckBytesMax);
    ScanUnit unit = page_unit(page);
    unit.bytes = static_cast<std::uint32_t>(page_bytes);
    return unit;
}

ScanUnit OggScanner::page_unit(const Page& page) {
    const bool first = page.begins_stream();
    const bool new_chain = first && begin_stream(page);
    LogicalStream* const stream = find_stream(page.serial());
    if (stream == nullptr) {
        return {.kind = first ? ScanUnit::Kind::Header : ScanUnit::Kind::Junk,
                .chain_start = new_chain};
    }
    only_first_pages_ = only_first_pages_ && first;
    const PageContent content = read_packets(page, *stream);
    const bool main = stream == main_;
    const std::uint32_t samples = main ? count_samples(page.granule(), content.samples) : 0;
    if (first || content.headers || !headers_are_complete()) {
        return {.kind = ScanUnit::Kind::Header, .chain_start = new_chain};
    }
    return {.kind = ScanUnit::Kind::Frame,
            .sync = (main || main_ == nullptr) && content.begins_packet,
            .duration_us = main ? clock_.advance(samples, main_->info.sample_rate) : 0};
}

/// Takes up the stream that `page` begins, while there is room; true when a chain begins with it.
/// All streams of a chain begin before any of them goes on (RFC 3533 section 4).
bool OggScanner::begin_stream(const Page& page) {
    const bool new_chain = !only_first_pages_ || find_stream(page.serial()) != nullptr;
    if (new_chain) {
        streams_count_ = 0;
        main_ = nullptr;
        in_comment_ = false;
        only_first_pages_ = true;
    }
    if (streams_count_ < streams_.size()) {
        LogicalStream& stream = streams_[streams_count_++];
        const OggStreamInfo info = ogg_stream_info(page.first_packet());
        stream = {.serial = page.serial(), .info = info, .headers_left = info.header_packets};
        if (main_ == nullptr && info.sample_rate > 0) {
            main_ = &stream;
            counted_granule_ = info.pre_skip;
        }
    }
    return new_chain;
}

PageContent OggScanner::read_packets(const Page& page, LogicalStream& stream) {
    PageContent content;
    page.for_each_packet_part([&](const PacketPart& part) {
        content.begins_packet = page.begins_packet();
        if (stream.headers_left > 0 && part.begins) {
            const OggHeaderMark mark = ogg_header_mark(stream.info, part.bytes);
            stream.headers_left = mark == OggHeaderMark::Data         ? 0
                                  : mark == OggHeaderMark::LastHeader ? 1
                                                                      : stream.headers_left;
        }
        if (stream.headers_left > 0) {
            content.headers = true;
            read_header_part(part, stream);
            return;
        }
        if (part.begins) {
            stream.open_samples = ogg_packet_samples(stream.info, part.bytes);
        }
        if (part.ends) {
            content.samples += std::exchange(stream.open_samples, 0);
        }
    });
    if (page.ends_stream()) {
        stream.headers_left = 0;
    }
    return content;
}

void OggScanner::read_header_part(const PacketPart& part, LogicalStream& stream) {
    const bool first_packet = stream.headers_left == stream.info.header_packets;
    if (&stream == main_ && !first_packet) {
        read_comment_part(part, stream.info);
    }
    if (part.ends) {
        --stream.headers_left;
    }
}

/// Puts a comment packet together, as far as kCommentBytesMax; what is behind that is not looked
/// at. Titles stand before cover art, as a rule.
void OggScanner::read_comment_part(const PacketPart& part, const OggStreamInfo& stream) {
    auto bytes = part.bytes;
    if (part.begins) {
        comment_.clear();
        const auto signature_bytes = ogg_comment_at(stream, bytes);
        in_comment_ = signature_bytes.has_value();
        bytes = bytes.subspan(signature_bytes.value_or(0));
    }
    if (!in_comment_) {
        return;
    }
    bytes = bytes.first(std::min(bytes.size(), kCommentBytesMax - comment_.size()));
    comment_.insert(comment_.end(), bytes.begin(), bytes.end());
    if (part.ends) {
        in_comment_ = false;
        if (auto title = title_from_vorbis_comment(comment_)) {
            title_ = std::move(*title);
            has_title_ = true;
        }
        comment_ = {};
    }
}

/// Samples between the last granule position and this one (-1: no packet ends on the page), at most
/// `samples_max`, those of the packets on the page: a relayed stream may begin anywhere, and a
/// hostile one jump.
std::uint32_t OggScanner::count_samples(std::int64_t granule, std::uint32_t samples_max) {
    if (granule < 0) {
        return 0;
    }
    const std::int64_t samples = std::max<std::int64_t>(granule - counted_granule_, 0);
    counted_granule_ = std::max<std::int64_t>(granule, main_->info.pre_skip);
    return static_cast<std::uint32_t>(std::min<std::int64_t>(samples, samples_max));
}

LogicalStream* OggScanner::find_stream(int serial) {
    const auto end = streams_.begin() + static_cast<std::ptrdiff_t>(streams_count_);
    const auto found = std::find_if(streams_.begin(), end, [serial](const LogicalStream& stream) {
        return stream.serial == serial;
    });
    return found == end ? nullptr : &*found;
}

bool OggScanner::headers_are_complete() const {
    const auto end = streams_.begin() + static_cast<std::ptrdiff_t>(streams_count_);
    return std::all_of(streams_.begin(), end,
                       [](const LogicalStream& stream) { return stream.headers_left == 0; });
}

StreamFormat OggScanner::format() const {
    if (main_ == nullptr) {
        return {};
    }
    return {.codec = std::string(ogg_codec_name(main_->info.codec)),
            .sample_rate = main_->info.sample_rate,
            .channels = main_->info.channels,
            .bitrate = main_->info.bitrate};
}

bool OggScanner::take_title(std::string& title) {
    if (has_title_) {
        title = std::move(title_);
    }
    return std::exchange(has_title_, false);
}

}  // namespace

std::unique_ptr<FrameScanner> make_ogg_scanner() {
    return std::make_unique<OggScanner>();
}

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/ogg_pages.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string_view>

#include "core/check.hpp"
#include "loadtest/frame_payload.hpp"
#include "loadtest/mix.hpp"

namespace ringcast::loadtest {

namespace {

static_assert(std::endian::native == std::endian::little, "fields of a page are little-endian");

constexpr std::size_t kPageHeaderBytes = 27;
constexpr std::size_t kFlagsAt = 5;
constexpr std::size_t kGranuleAt = 6;
constexpr std::size_t kSerialAt = 14;
constexpr std::size_t kNumberAt = 18;
constexpr std::size_t kChecksumAt = 22;
constexpr std::size_t kSegmentsAt = 26;
constexpr std::size_t kLacingMax = 255;
constexpr std::byte kBeginsStream{2};

constexpr std::size_t kPageBytesOfKbps = 15;  // 120 ms
constexpr std::int64_t kPageSamples = 5'760;
constexpr std::uint32_t kHeaderPages = 2;

constexpr std::size_t kOpusHeadBytes = 19;
constexpr std::string_view kVendor = "ringcast-load";
// "OpusTags", length of the vendor string, that string, number of comments.
constexpr std::size_t kOpusTagsBytes = 8 + 4 + kVendor.size() + 4 + kIdentityBytes;
constexpr std::size_t kStreamHeaderBytes =
    kPageHeaderBytes + 1 + kOpusHeadBytes + kPageHeaderBytes + 1 + kOpusTagsBytes;
static_assert(kStreamHeaderBytes == kFrameHeadBytesMax);
constexpr std::uint32_t kNoBitrate = 0;  // a stream header says none

/// Where things stand in a page of a given length.
struct PageLayout {
    explicit constexpr PageLayout(std::uint32_t kbps)
        : bytes(kbps * kPageBytesOfKbps),
          segments((bytes - kPageHeaderBytes + kLacingMax) / (kLacingMax + 1)),
          packet_at(kPageHeaderBytes + segments),
          packet_bytes(bytes - packet_at),
          full_counts((packet_bytes - 3) / kLacingMax),
          identity_at(packet_at + 3 + full_counts) {}

    std::size_t bytes;
    std::size_t segments;
    std::size_t packet_at;
    std::size_t packet_bytes;
    std::size_t full_counts;  // bytes of 255 in the count of the padding, each for 254 of it
    std::size_t identity_at;
};

/// Every length is one that lacing can say, and the identity stands in the head.
constexpr bool layouts_hold() {
    return std::ranges::all_of(kBitrates, [](std::uint32_t kbps) {
        const PageLayout layout(kbps);
        return layout.packet_bytes / kLacingMax + 1 == layout.segments &&
               layout.identity_at + kIdentityBytes <= kFrameHeadBytesMax &&
               layout.bytes <= kFrameBytesMax && layout.bytes > kFrameHeadBytesMax;
    });
}
static_assert(layouts_hold());

using ChecksumTable = std::array<std::uint32_t, 256>;

constexpr ChecksumTable make_checksum_table() {
    ChecksumTable table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t sum = byte << 24U;
        for (int bit = 0; bit < 8; ++bit) {
            sum = (sum << 1U) ^ ((sum >> 31U) != 0 ? 0x04C11DB7U : 0U);
        }
        table[byte] = sum;
    }
    return table;
}

constexpr ChecksumTable kChecksumTable = make_checksum_table();

/// RFC 3533 section 6, item 7.
std::uint32_t checksum(std::span<const std::byte> page) {
    std::uint32_t sum = 0;
    for (const std::byte byte : page) {
        sum = (sum << 8U) ^ kChecksumTable[(sum >> 24U) ^ std::to_integer<std::uint32_t>(byte)];
    }
    return sum;
}

template <class Number>
void put(std::span<std::byte> out, std::size_t at, Number number) {
    std::memcpy(out.subspan(at, sizeof(number)).data(), &number, sizeof(number));
}

void put_text(std::span<std::byte> out, std::size_t at, std::string_view text) {
    std::memcpy(out.subspan(at, text.size()).data(), text.data(), text.size());
}

/// The stream of each connection of a source has a number of its own.
std::uint32_t serial(const FrameIdentity& identity) {
    return static_cast<std::uint32_t>(mix(mix(identity.station) ^ identity.session));
}

struct PageFields {
    std::byte flags{0};
    std::uint64_t granule = 0;
    std::uint32_t serial = 0;
    std::uint32_t number = 0;
};

/// Writes the header of a page with one packet that is already in its place at the end of `page`.
void finish_page(std::span<std::byte> page, const PageFields& fields, std::size_t packet_bytes) {
    const std::size_t segments = packet_bytes / kLacingMax + 1;
    put_text(page, 0, "OggS");
    page[4] = std::byte{0};  // version
    page[kFlagsAt] = fields.flags;
    put(page, kGranuleAt, fields.granule);
    put(page, kSerialAt, fields.serial);
    put(page, kNumberAt, fields.number);
    put(page, kChecksumAt, std::uint32_t{0});
    page[kSegmentsAt] = static_cast<std::byte>(segments);
    std::fill_n(page.begin() + kPageHeaderBytes, segments - 1, static_cast<std::byte>(kLacingMax));
    page[kPageHeaderBytes + segments - 1] = static_cast<std::byte>(packet_bytes % kLacingMax);
    put(page, kChecksumAt, checksum(page));
}

}  // namespace

OggPages::OggPages()
    : FrameFormat({.name = "ogg",
                   .content_type = "audio/ogg",
                   .marker = std::byte{'O'},
                   .head_bytes = kStreamHeaderBytes,
                   .samples = kPageSamples,
                   .sample_rate = 48'000,
                   .stream_header = true,
                   .icy = false}) {
}

std::size_t OggPages::write(const FrameIdentity& identity, std::uint32_t kbps,
                            FrameRoom out) const {
    core::check(valid_bitrate(kbps), "the bitrate is one of kBitrates");
    const PageLayout layout(kbps);
    const auto page = out.first(layout.bytes);
    // RFC 6716 section 3.2.5: code 3, six CELT frames of 20 ms, all of no bytes, with padding.
    page[layout.packet_at] = std::byte{0xFF};
    page[layout.packet_at + 1] = std::byte{0x40 | 6};
    std::fill_n(page.begin() + static_cast<std::ptrdiff_t>(layout.packet_at + 2),
                layout.full_counts, std::byte{0xFF});
    page[layout.identity_at - 1] = static_cast<std::byte>((layout.packet_bytes - 3) % kLacingMax);
    const auto words = identity_bytes(identity, kbps, TopBit::Set);
    std::memcpy(page.subspan(layout.identity_at).data(), words.data(), words.size());
    const auto fill = payload(identity, kbps, layout.bytes - layout.identity_at - kIdentityBytes);
    std::memcpy(page.subspan(layout.identity_at + kIdentityBytes).data(), fill.data(), fill.size());
    const std::uint64_t number = identity.sequence - identity.session;
    finish_page(page,
                {.granule = (number + 1) * kPageSamples,
                 .serial = serial(identity),
                 .number = static_cast<std::uint32_t>(number + kHeaderPages)},
                layout.packet_bytes);
    return layout.bytes;
}

std::size_t OggPages::write_stream_header(const FrameIdentity& identity, FrameRoom out) const {
    constexpr std::size_t kFirstBytes = kPageHeaderBytes + 1 + kOpusHeadBytes;
    const auto first = out.first(kFirstBytes);
    const auto head = first.last(kOpusHeadBytes);  // RFC 7845 section 5.1
    std::ranges::fill(head, std::byte{0});         // no pre-skip, no gain, mapping family 0
    put_text(head, 0, "OpusHead");
    head[8] = std::byte{1};  // version
    head[9] = std::byte{2};  // channels
    put(head, 12, std::uint32_t{48'000});
    finish_page(first, {.flags = kBeginsStream, .serial = serial(identity), .number = 0},
                head.size());

    const auto second = out.subspan(kFirstBytes, kStreamHeaderBytes - kFirstBytes);
    const auto tags = second.last(kOpusTagsBytes);  // section 5.2: binary data follows comments
    put_text(tags, 0, "OpusTags");
    put(tags, 8, static_cast<std::uint32_t>(kVendor.size()));
    put_text(tags, 12, kVendor);
    put(tags, 12 + kVendor.size(), std::uint32_t{0});
    const auto words = identity_bytes(identity, kNoBitrate, TopBit::Set);
    std::memcpy(tags.last(kIdentityBytes).data(), words.data(), words.size());
    finish_page(second, {.serial = serial(identity), .number = 1}, tags.size());
    return kStreamHeaderBytes;
}

std::optional<FrameClaim> OggPages::claim(std::span<const std::byte> head) const {
    const bool stream_header = head[kFlagsAt] == kBeginsStream;
    std::uint32_t kbps = kNoBitrate;
    std::size_t identity_at = kStreamHeaderBytes - kIdentityBytes;
    if (!stream_header) {
        const auto segments = std::to_integer<std::size_t>(head[kSegmentsAt]);
        const auto found = std::ranges::find_if(kBitrates, [&](std::uint32_t rate) {
            const PageLayout layout(rate);
            // Two bitrates may have as many segments: then the last one's length differs.
            return layout.segments == segments &&
                   head[layout.packet_at - 1] ==
                       static_cast<std::byte>(layout.packet_bytes % kLacingMax);
        });
        if (found == kBitrates.end()) {
            return std::nullopt;
        }
        kbps = *found;
        identity_at = PageLayout(kbps).identity_at;
    }
    const auto identity =
        read_identity(head.subspan(identity_at).first<kIdentityBytes>(), kbps, TopBit::Set);
    return identity ? std::optional(FrameClaim{*identity, kbps, stream_header}) : std::nullopt;
}

std::span<const std::byte> OggPages::body(const FrameIdentity& identity, std::uint32_t kbps) const {
    const PageLayout layout(kbps);
    const std::size_t filled_at = layout.identity_at + kIdentityBytes;
    return payload(identity, kbps, layout.bytes - filled_at)
        .subspan(kStreamHeaderBytes - filled_at);
}

}  // namespace ringcast::loadtest

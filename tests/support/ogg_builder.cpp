// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ogg_builder.hpp"

#include <algorithm>

#include "core/check.hpp"

namespace ringcast::tests {

namespace {

constexpr std::size_t kChecksumAt = 22;
constexpr std::size_t kSegmentsMax = 255;

void put_little_endian(Bytes& to, std::uint64_t number, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) {
        to.push_back(static_cast<std::byte>(number >> (8 * i) & 0xFF));
    }
}

void put_big_endian(Bytes& to, std::uint64_t number, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) {
        to.push_back(static_cast<std::byte>(number >> (8 * i) & 0xFF));
    }
}

Bytes with_signature(std::string_view signature, const Bytes& rest) {
    Bytes packet = bytes_of(signature);
    append(packet, rest);
    return packet;
}

/// RFC 3533 section 6: polynomial 0x04c11db7, begun with 0, no reflection.
std::uint32_t checksum(const Bytes& page) {
    std::uint32_t crc = 0;
    for (const std::byte byte : page) {
        crc ^= std::to_integer<std::uint32_t>(byte) << 24;
        for (int bit = 0; bit < 8; ++bit) {
            crc = crc << 1 ^ ((crc & 0x80000000U) != 0 ? 0x04c11db7U : 0U);
        }
    }
    return crc;
}

Bytes segments_of(const OggPage& page) {
    Bytes segments;
    for (std::size_t i = 0; i < page.packets.size(); ++i) {
        const std::size_t bytes = page.packets[i].size();
        segments.insert(segments.end(), bytes / 255, std::byte{255});
        const bool open = page.open && i + 1 == page.packets.size();
        core::check(!open || bytes % 255 == 0, "only whole segments go on behind a page");
        if (!open) {
            segments.push_back(static_cast<std::byte>(bytes % 255));
        }
    }
    core::check(segments.size() <= kSegmentsMax, "the packets fit a page");
    return segments;
}

}  // namespace

void fix_ogg_checksum(Bytes& page) {
    const auto at = page.begin() + kChecksumAt;
    std::fill(at, at + 4, std::byte{0});
    Bytes crc;
    put_little_endian(crc, checksum(page), 4);
    std::copy(crc.begin(), crc.end(), at);
}

Bytes ogg_page(const OggPage& page) {
    Bytes bytes = bytes_of("OggS");
    put_little_endian(bytes, 0, 1);
    put_little_endian(
        bytes, (page.continued ? 1U : 0U) | (page.first ? 2U : 0U) | (page.last ? 4U : 0U), 1);
    put_little_endian(bytes, static_cast<std::uint64_t>(page.granule), 8);
    put_little_endian(bytes, page.serial, 4);
    put_little_endian(bytes, page.number, 4);
    put_little_endian(bytes, 0, 4);
    const Bytes segments = segments_of(page);
    put_little_endian(bytes, segments.size(), 1);
    append(bytes, segments);
    for (const Bytes& packet : page.packets) {
        append(bytes, packet);
    }
    fix_ogg_checksum(bytes);
    return bytes;
}

Bytes ogg_pages_of_packet(std::uint32_t serial, const Bytes& packet, std::int64_t granule) {
    constexpr std::size_t kPartBytes = kSegmentsMax * 255;
    Bytes pages;
    for (std::size_t at = 0;; at += kPartBytes) {
        const auto from = packet.begin() + static_cast<std::ptrdiff_t>(at);
        const bool open = packet.size() - at >= kPartBytes;
        const auto to = open ? from + static_cast<std::ptrdiff_t>(kPartBytes) : packet.end();
        append(pages, ogg_page({.serial = serial,
                                .granule = open ? -1 : granule,
                                .packets = {Bytes(from, to)},
                                .continued = at > 0,
                                .open = open}));
        if (!open) {
            return pages;
        }
    }
}

Bytes vorbis_head(const VorbisHead& head) {
    Bytes packet = bytes_of("\x01vorbis");
    put_little_endian(packet, 0, 4);
    put_little_endian(packet, head.channels, 1);
    put_little_endian(packet, head.sample_rate, 4);
    put_little_endian(packet, 0xFFFFFFFF, 4);
    put_little_endian(packet, head.bitrate, 4);
    put_little_endian(packet, 0xFFFFFFFF, 4);
    put_little_endian(packet, head.block_exponent << 4 | 8, 1);
    put_little_endian(packet, 1, 1);
    return packet;
}

Bytes vorbis_tags(const std::vector<std::string_view>& fields) {
    Bytes packet = with_signature("\x03vorbis", vorbis_comment(fields));
    packet.push_back(std::byte{1});
    return packet;
}

Bytes vorbis_setup(std::size_t bytes) {
    return with_signature("\x05vorbis", Bytes(bytes, std::byte{0x55}));
}

Bytes opus_head(std::uint32_t pre_skip, std::uint32_t channels) {
    Bytes packet = bytes_of("OpusHead");
    put_little_endian(packet, 1, 1);
    put_little_endian(packet, channels, 1);
    put_little_endian(packet, pre_skip, 2);
    put_little_endian(packet, 44100, 4);
    put_little_endian(packet, 0, 3);
    return packet;
}

Bytes opus_tags(const std::vector<std::string_view>& fields) {
    return with_signature("OpusTags", vorbis_comment(fields));
}

Bytes opus_packet(std::size_t bytes) {
    Bytes packet(bytes, std::byte{0x11});
    packet[0] = std::byte{31 << 3};
    return packet;
}

Bytes ogg_flac_head(std::uint32_t more_headers, std::uint32_t sample_rate) {
    Bytes packet = bytes_of(
        "\x7F"
        "FLAC\x01");
    put_big_endian(packet, more_headers, 3);
    append(packet, flac_marker_and_stream_info(sample_rate, 2, false));
    return packet;
}

Bytes speex_head(const SpeexHead& head) {
    Bytes packet = bytes_of("Speex   ");
    packet.resize(28);
    for (const std::uint32_t field :
         {1U, 80U, head.sample_rate, 1U, 4U, 1U, 0xFFFFFFFFU, head.frame_samples, 0U,
          head.frames_per_packet, head.extra_headers, 0U, 0U}) {
        put_little_endian(packet, field, 4);
    }
    return packet;
}

Bytes opus_headers(std::uint32_t serial, const std::vector<std::string_view>& fields) {
    Bytes pages = ogg_page({.serial = serial, .packets = {opus_head()}, .first = true});
    append(pages, ogg_page({.serial = serial, .packets = {opus_tags(fields)}}));
    return pages;
}

Bytes vorbis_headers(std::uint32_t serial, const std::vector<std::string_view>& fields,
                     const VorbisHead& head) {
    Bytes pages = ogg_page({.serial = serial, .packets = {vorbis_head(head)}, .first = true});
    append(pages, ogg_page({.serial = serial, .packets = {vorbis_tags(fields), vorbis_setup()}}));
    return pages;
}

Bytes opus_page(std::uint32_t serial, std::int64_t granule, std::size_t packets) {
    return ogg_page({.serial = serial,
                     .granule = granule,
                     .packets = std::vector<Bytes>(packets, opus_packet())});
}

}  // namespace ringcast::tests

// SPDX-License-Identifier: Apache-2.0
#include "core/framing/ogg_codec.hpp"

#include <algorithm>

namespace ringcast::core::framing {

namespace {

constexpr std::uint32_t kSampleRateMin = 1000;
constexpr std::uint32_t kSampleRateMax = 1'000'000;
constexpr std::uint32_t kPacketSamplesMax = 65'535;  ///< longest block of FLAC, the longest of all
constexpr std::uint32_t kOpusSampleRate = 48'000;

bool begins_with(std::span<const std::byte> packet, std::string_view signature) {
    return packet.size() >= signature.size() &&
           std::equal(signature.begin(), signature.end(), packet.begin(),
                      [](char a, std::byte b) { return static_cast<std::byte>(a) == b; });
}

std::uint32_t byte_at(std::span<const std::byte> packet, std::size_t at) {
    return std::to_integer<std::uint32_t>(packet[at]);
}

std::uint32_t little_endian(std::span<const std::byte> packet, std::size_t at, std::size_t bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = bytes; i-- > 0;) {
        number = number << 8 | byte_at(packet, at + i);
    }
    return number;
}

std::uint32_t big_endian(std::span<const std::byte> packet, std::size_t at, std::size_t bytes) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < bytes; ++i) {
        number = number << 8 | byte_at(packet, at + i);
    }
    return number;
}

std::uint32_t sane_rate(std::uint32_t rate) {
    return rate >= kSampleRateMin && rate <= kSampleRateMax ? rate : 0;
}

/// Encoders write -1 or 0 for a bitrate that is not known.
std::uint32_t sane_bitrate(std::uint32_t bitrate) {
    return bitrate <= std::numeric_limits<std::int32_t>::max() ? bitrate : 0;
}

OggStreamInfo vorbis_info(std::span<const std::byte> packet) {
    if (packet.size() < 30) {
        return {};
    }
    // A packet adds a quarter of its block and of the one before; the second size is the larger.
    return {.codec = OggCodec::Vorbis,
            .header_packets = 3,
            .sample_rate = sane_rate(little_endian(packet, 12, 4)),
            .channels = byte_at(packet, 11),
            .bitrate = sane_bitrate(little_endian(packet, 20, 4)),
            .packet_samples_max = (1U << (byte_at(packet, 28) >> 4)) / 2};
}

OggStreamInfo opus_info(std::span<const std::byte> packet) {
    if (packet.size() < 19) {
        return {};
    }
    return {.codec = OggCodec::Opus,
            .header_packets = 2,
            .sample_rate = kOpusSampleRate,
            .channels = byte_at(packet, 9),
            .pre_skip = little_endian(packet, 10, 2),
            .packet_samples_max = kOpusSampleRate * 120 / 1000};
}

OggStreamInfo flac_info(std::span<const std::byte> packet) {
    constexpr std::size_t kStreamInfoAt = 17;
    if (packet.size() < kStreamInfoAt + 34) {
        return {};
    }
    const std::uint32_t more_headers = big_endian(packet, 7, 2);
    const std::uint32_t block_samples_max = big_endian(packet, kStreamInfoAt + 2, 2);
    return {.codec = OggCodec::Flac,
            .header_packets = more_headers == 0 ? kHeaderPacketsUnknown : 1 + more_headers,
            .sample_rate = sane_rate(big_endian(packet, kStreamInfoAt + 10, 3) >> 4),
            .channels = (byte_at(packet, kStreamInfoAt + 12) >> 1 & 7) + 1,
            .packet_samples_max = block_samples_max == 0 ? kPacketSamplesMax : block_samples_max};
}

OggStreamInfo speex_info(std::span<const std::byte> packet) {
    if (packet.size() < 80) {
        return {};
    }
    const std::uint64_t samples =
        std::uint64_t{little_endian(packet, 56, 4)} * little_endian(packet, 64, 4);
    return {.codec = OggCodec::Speex,
            .header_packets = 2 + std::min(little_endian(packet, 68, 4), 255U),
            .sample_rate = sane_rate(little_endian(packet, 36, 4)),
            .channels = little_endian(packet, 48, 4),
            .bitrate = sane_bitrate(little_endian(packet, 52, 4)),
            .packet_samples_max =
                static_cast<std::uint32_t>(std::min(samples, std::uint64_t{kPacketSamplesMax}))};
}

/// RFC 6716 section 3.1: mode and frame size in the first byte, the number of frames there or in
/// the second. More than 120 ms are not allowed.
std::uint32_t opus_packet_samples(std::span<const std::byte> packet, std::uint32_t samples_max) {
    if (packet.empty()) {
        return 0;
    }
    const std::uint32_t toc = byte_at(packet, 0);
    const std::uint32_t size = toc >> 3 & 3;
    std::uint32_t frame_samples = 0;
    if ((toc & 0x80) != 0) {  // CELT: 2.5, 5, 10, 20 ms
        frame_samples = 120U << size;
    } else if ((toc & 0x60) == 0x60) {  // hybrid: 10, 20 ms
        frame_samples = (size & 1) != 0 ? 960 : 480;
    } else {  // SILK: 10, 20, 40, 60 ms
        frame_samples = size == 3 ? 2880 : 480U << size;
    }
    const std::uint32_t code = toc & 3;
    std::uint32_t frames = code == 0 ? 1 : 2;
    if (code == 3) {
        frames = packet.size() < 2 ? 0 : byte_at(packet, 1) & 0x3F;
    }
    return std::min(frames * frame_samples, samples_max);
}

}  // namespace

OggStreamInfo ogg_stream_info(std::span<const std::byte> first_packet) {
    using namespace std::string_view_literals;
    if (begins_with(first_packet, "\x01vorbis"sv)) {
        return vorbis_info(first_packet);
    }
    if (begins_with(first_packet, "OpusHead"sv)) {
        return opus_info(first_packet);
    }
    if (begins_with(first_packet,
                    "\x7F"
                    "FLAC"sv)) {
        return flac_info(first_packet);
    }
    if (begins_with(first_packet, "Speex   "sv)) {
        return speex_info(first_packet);
    }
    if (begins_with(first_packet, "\x80theora"sv)) {
        return {.codec = OggCodec::Theora, .header_packets = 3};
    }
    return {};
}

std::string_view ogg_codec_name(OggCodec codec) {
    switch (codec) {
        case OggCodec::Other:
            return "";
        case OggCodec::Vorbis:
            return "Vorbis";
        case OggCodec::Opus:
            return "Opus";
        case OggCodec::Flac:
            return "FLAC";
        case OggCodec::Speex:
            return "Speex";
        case OggCodec::Theora:
            return "Theora";
    }
    return "";
}

std::uint32_t ogg_packet_samples(const OggStreamInfo& stream, std::span<const std::byte> packet) {
    return stream.codec == OggCodec::Opus ? opus_packet_samples(packet, stream.packet_samples_max)
                                          : stream.packet_samples_max;
}

std::optional<std::size_t> ogg_comment_at(const OggStreamInfo& stream,
                                          std::span<const std::byte> packet) {
    constexpr std::string_view kVorbis = "\x03vorbis";
    constexpr std::string_view kOpus = "OpusTags";
    constexpr std::size_t kFlacBlockHeaderBytes = 4;
    switch (stream.codec) {
        case OggCodec::Vorbis:
            return begins_with(packet, kVorbis) ? std::optional(kVorbis.size()) : std::nullopt;
        case OggCodec::Opus:
            return begins_with(packet, kOpus) ? std::optional(kOpus.size()) : std::nullopt;
        case OggCodec::Flac:
            return packet.size() >= kFlacBlockHeaderBytes && (byte_at(packet, 0) & 0x7F) == 4
                       ? std::optional(kFlacBlockHeaderBytes)
                       : std::nullopt;
        case OggCodec::Speex:
            return 0;
        case OggCodec::Other:
        case OggCodec::Theora:
            return std::nullopt;
    }
    return std::nullopt;
}

OggHeaderMark ogg_header_mark(const OggStreamInfo& stream, std::span<const std::byte> packet) {
    if (stream.codec != OggCodec::Flac || packet.empty() || (byte_at(packet, 0) & 0x80) == 0) {
        return OggHeaderMark::Header;
    }
    // A frame begins with 0xFF, which no metadata block may (RFC 9639 section 8.1).
    return byte_at(packet, 0) == 0xFF ? OggHeaderMark::Data : OggHeaderMark::LastHeader;
}

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
// What the packets of an Ogg stream say about it: Vorbis I sections 4.2 and A.3, Opus RFC 7845 and
// RFC 6716 section 3.1, FLAC RFC 9639 section 10.1, the Speex manual section 7.2, Theora section 6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>

namespace ringcast::core::framing {

enum class OggCodec : std::uint8_t { Other, Vorbis, Opus, Flac, Speex, Theora };

/// OggStreamInfo::header_packets of a FLAC stream that does not say how many there are: they end
/// with the metadata block that says it is the last, or where a frame begins.
constexpr std::uint32_t kHeaderPacketsUnknown = std::numeric_limits<std::uint32_t>::max();

struct OggStreamInfo {
    OggCodec codec = OggCodec::Other;
    std::uint32_t header_packets = 0;  ///< the first one included; 0: not known, at least its page
    std::uint32_t sample_rate = 0;     ///< Hz, of the granule positions; 0: not audio or not sane
    std::uint32_t channels = 0;
    std::uint32_t bitrate = 0;             ///< bit/s, nominal; 0: not said
    std::uint32_t pre_skip = 0;            ///< samples at the beginning that are not played (Opus)
    std::uint32_t packet_samples_max = 0;  ///< most samples that one packet adds
};

/// Reads a stream's first packet. One that is cut short or breaks its specification is Other.
[[nodiscard]] OggStreamInfo ogg_stream_info(std::span<const std::byte> first_packet);

/// "Vorbis", "Opus", "FLAC", "Speex", "Theora", or "".
[[nodiscard]] std::string_view ogg_codec_name(OggCodec codec);

/// The most samples that a data packet with this beginning adds, at the stream's sample rate; the
/// exact number for Opus. `packet` may be cut behind its second byte.
[[nodiscard]] std::uint32_t ogg_packet_samples(const OggStreamInfo& stream,
                                               std::span<const std::byte> packet);

/// Length of the signature before the Vorbis comment block, when `packet`, a header packet other
/// than the first, holds one. `packet` may be cut behind its eighth byte.
[[nodiscard]] std::optional<std::size_t> ogg_comment_at(const OggStreamInfo& stream,
                                                        std::span<const std::byte> packet);

/// What a packet among the headers, with this first byte, says about where they end.
enum class OggHeaderMark : std::uint8_t {
    Header,      ///< nothing: header packets are counted
    LastHeader,  ///< none follow (FLAC)
    Data,        ///< it is not one itself (FLAC)
};

[[nodiscard]] OggHeaderMark ogg_header_mark(const OggStreamInfo& stream,
                                            std::span<const std::byte> packet);

}  // namespace ringcast::core::framing

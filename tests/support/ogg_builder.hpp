// SPDX-License-Identifier: Apache-2.0
// Builds Ogg pages and the packets that their streams begin with, for tests. Written from the
// specifications, checksum included, so that a mistake in the scanner is not made twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tests/support/audio_builder.hpp"

namespace ringcast::tests {

struct OggPage {
    std::uint32_t serial = 1;
    std::int64_t granule = 0;
    std::vector<Bytes> packets{};
    bool continued = false;  ///< the first of `packets` began on an earlier page
    bool first = false;
    bool last = false;
    bool open = false;  ///< the last of `packets`, a multiple of 255 bytes, goes on behind the page
    std::uint32_t number = 0;
};

Bytes ogg_page(const OggPage& page);

/// Pages for one packet that fits none; the last of them has `granule`.
Bytes ogg_pages_of_packet(std::uint32_t serial, const Bytes& packet, std::int64_t granule = 0);

/// Writes the right checksum into a page.
void fix_ogg_checksum(Bytes& page);

struct VorbisHead {
    std::uint32_t sample_rate = 44100;
    std::uint32_t channels = 2;
    std::uint32_t bitrate = 128000;
    unsigned block_exponent = 11;  ///< of the larger block
};
Bytes vorbis_head(const VorbisHead& head = {});
Bytes vorbis_tags(const std::vector<std::string_view>& fields = {});
Bytes vorbis_setup(std::size_t bytes = 3000);

Bytes opus_head(std::uint32_t pre_skip = 312, std::uint32_t channels = 2);
Bytes opus_tags(const std::vector<std::string_view>& fields = {});
/// A packet of one 20 ms CELT frame.
Bytes opus_packet(std::size_t bytes = 100);

/// `more_headers` as the packet says it; 0: not known.
Bytes ogg_flac_head(std::uint32_t more_headers, std::uint32_t sample_rate = 44100);

struct SpeexHead {
    std::uint32_t sample_rate = 16000;
    std::uint32_t frame_samples = 320;
    std::uint32_t frames_per_packet = 1;
    std::uint32_t extra_headers = 0;
};
Bytes speex_head(const SpeexHead& head = {});

/// The header pages of an Opus or Vorbis stream.
Bytes opus_headers(std::uint32_t serial, const std::vector<std::string_view>& fields = {});
Bytes vorbis_headers(std::uint32_t serial, const std::vector<std::string_view>& fields = {},
                     const VorbisHead& head = {});

/// A page of `packets` 20 ms Opus packets.
Bytes opus_page(std::uint32_t serial, std::int64_t granule, std::size_t packets = 50);

}  // namespace ringcast::tests

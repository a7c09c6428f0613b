// SPDX-License-Identifier: Apache-2.0
// Builds audio streams for tests: frames with right headers and checksums around payload from a
// seeded generator, which holds bytes that look like the beginning of other frames. Written from
// the specifications, not from the scanners, so that a mistake there is not made twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace ringcast::tests {

using Bytes = std::vector<std::byte>;

void append(Bytes& to, const Bytes& bytes);
Bytes bytes_of(std::string_view text);

/// `count` random bytes; about every 40th begins something that looks like a frame of some format.
Bytes payload_with_false_syncs(std::size_t count, std::mt19937& random);

/// `count` bytes none of which is 0xFF, so that no frame can be found in them.
Bytes payload_without_syncs(std::size_t count, std::mt19937& random);

enum class MpegVersion : std::uint8_t { Mpeg1, Mpeg2, Mpeg25 };

struct Mp3Frame {
    MpegVersion version = MpegVersion::Mpeg1;
    int layer = 3;
    int kbps = 128;
    int sample_rate = 44100;
    bool padding = false;
    bool mono = false;
};

/// Length and samples per channel as the standard gives them.
std::size_t mp3_frame_bytes(const Mp3Frame& frame);
int mp3_frame_samples(const Mp3Frame& frame);

Bytes mp3_frame(const Mp3Frame& frame, std::mt19937& random);

/// The bitrates and sample rates that a header can say for this version and layer.
std::vector<int> mp3_bitrates(MpegVersion version, int layer);
std::vector<int> mp3_sample_rates(MpegVersion version);

struct AdtsFrame {
    int sample_rate_index = 4;  ///< 44.1 kHz
    int channels = 2;
    int blocks = 1;
    std::size_t payload_bytes = 200;
    bool checksum = false;
    bool mpeg2 = false;
};

Bytes adts_frame(const AdtsFrame& frame, std::mt19937& random);

/// An ID3v2 tag around a body of random bytes that hold false syncs.
Bytes id3v2_tag(std::size_t body_bytes, bool footer, std::mt19937& random);

/// An APEv2 tag with header and footer around such a body.
Bytes ape_tag(std::size_t body_bytes, std::mt19937& random);

struct FlacBlock {
    int type = 1;  ///< padding
    bool last = false;
    Bytes body;
};

Bytes flac_block(const FlacBlock& block);
Bytes flac_marker_and_stream_info(std::uint32_t sample_rate, std::uint32_t channels, bool last);

struct FlacFrame {
    std::uint32_t number = 0;
    std::uint32_t block_size = 4096;
    std::uint32_t sample_rate_code = 0;  ///< 0: as STREAMINFO says
    std::size_t payload_bytes = 300;
};

/// A frame header with its checksum, stereo, 16 bits.
Bytes flac_frame_header(const FlacFrame& frame);

/// A frame whose payload holds `payload`, then random bytes with false syncs.
Bytes flac_frame(const FlacFrame& frame, std::mt19937& random, const Bytes& payload = {});

/// A FLAC comment block's body with these fields.
Bytes vorbis_comment(const std::vector<std::string_view>& fields);

}  // namespace ringcast::tests

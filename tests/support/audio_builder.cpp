// SPDX-License-Identifier: Apache-2.0
#include "tests/support/audio_builder.hpp"

#include <algorithm>
#include <array>

#include "core/check.hpp"

namespace ringcast::tests {

namespace {

std::byte byte_of(std::uint64_t value) {
    return static_cast<std::byte>(value & 0xFF);
}

void put_big_endian(Bytes& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) {
        out.push_back(byte_of(value >> (8 * i)));
    }
}

void put_little_endian(Bytes& out, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) {
        out.push_back(byte_of(value >> (8 * i)));
    }
}

/// The remainder of `bytes` by a polynomial of `bits` bits, bit for bit.
std::uint32_t remainder_of(const Bytes& bytes, std::uint32_t polynomial, unsigned bits) {
    std::uint32_t crc = 0;
    for (const std::byte byte : bytes) {
        crc ^= std::to_integer<std::uint32_t>(byte) << (bits - 8);
        for (int bit = 0; bit < 8; ++bit) {
            const bool carry = (crc >> (bits - 1) & 1U) != 0;
            crc = (crc << 1 ^ (carry ? polynomial : 0)) & ((1U << bits) - 1);
        }
    }
    return crc;
}

std::size_t index_of(const std::vector<int>& values, int value) {
    const auto found = std::find(values.begin(), values.end(), value);
    core::check(found != values.end(), "the header can say this value");
    return static_cast<std::size_t>(found - values.begin());
}

}  // namespace

void append(Bytes& to, const Bytes& bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

Bytes bytes_of(std::string_view text) {
    Bytes bytes(text.size());
    std::transform(text.begin(), text.end(), bytes.begin(),
                   [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

Bytes payload_with_false_syncs(std::size_t count, std::mt19937& random) {
    static const std::array<Bytes, 8> kFalse{bytes_of("\xFF\xFB\x90\x64"),
                                             bytes_of("\xFF\xFA\x92\x60"),
                                             bytes_of("\xFF\xF1\x50\x80\x02"),
                                             bytes_of("\xFF\xF8\xC9\x18"),
                                             bytes_of("\xFF\xFF\xFF"),
                                             bytes_of("fLa"),
                                             bytes_of("ID"),
                                             bytes_of("APETAG")};
    Bytes payload;
    payload.reserve(count + 8);
    while (payload.size() < count) {
        if (random() % 10 == 0) {
            append(payload, kFalse[random() % kFalse.size()]);
        } else {
            put_big_endian(payload, random(), 4);
        }
    }
    payload.resize(count);
    return payload;
}

Bytes payload_without_syncs(std::size_t count, std::mt19937& random) {
    Bytes payload(count);
    std::generate(payload.begin(), payload.end(), [&random] { return byte_of(random() % 0xFF); });
    return payload;
}

std::vector<int> mp3_bitrates(MpegVersion version, int layer) {
    if (version == MpegVersion::Mpeg1) {
        return layer == 1
                   ? std::vector{32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448}
               : layer == 2
                   ? std::vector{32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384}
                   : std::vector{32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
    }
    return layer == 1 ? std::vector{32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256}
                      : std::vector{8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
}

std::vector<int> mp3_sample_rates(MpegVersion version) {
    return version == MpegVersion::Mpeg1   ? std::vector{44100, 48000, 32000}
           : version == MpegVersion::Mpeg2 ? std::vector{22050, 24000, 16000}
                                           : std::vector{11025, 12000, 8000};
}

int mp3_frame_samples(const Mp3Frame& frame) {
    return frame.layer == 1                                          ? 384
           : frame.layer == 3 && frame.version != MpegVersion::Mpeg1 ? 576
                                                                     : 1152;
}

std::size_t mp3_frame_bytes(const Mp3Frame& frame) {
    const std::size_t padding = frame.padding ? 1 : 0;
    const std::size_t bitrate = static_cast<std::size_t>(frame.kbps) * 1000;
    const auto rate = static_cast<std::size_t>(frame.sample_rate);
    if (frame.layer == 1) {
        return (12 * bitrate / rate + padding) * 4;
    }
    return (mp3_frame_samples(frame) == 576 ? 72 : 144) * bitrate / rate + padding;
}

Bytes mp3_frame(const Mp3Frame& frame, std::mt19937& random) {
    const std::size_t version_bits = frame.version == MpegVersion::Mpeg1   ? 3
                                     : frame.version == MpegVersion::Mpeg2 ? 2
                                                                           : 0;
    const std::size_t bitrate = index_of(mp3_bitrates(frame.version, frame.layer), frame.kbps) + 1;
    const std::size_t rate = index_of(mp3_sample_rates(frame.version), frame.sample_rate);
    const auto layer_bits = static_cast<std::size_t>(4 - frame.layer);
    Bytes bytes;
    put_big_endian(bytes,
                   0xFFE00001U | version_bits << 19 | layer_bits << 17 | bitrate << 12 |
                       rate << 10 | (frame.padding ? 1U : 0U) << 9 | (frame.mono ? 3U : 1U) << 6,
                   4);
    append(bytes, payload_with_false_syncs(mp3_frame_bytes(frame) - bytes.size(), random));
    return bytes;
}

Bytes adts_frame(const AdtsFrame& frame, std::mt19937& random) {
    const std::size_t length = frame.payload_bytes + (frame.checksum ? 9 : 7);
    core::check(length <= 8191, "an ADTS frame's length fits 13 bits");
    const auto rate = static_cast<std::uint64_t>(frame.sample_rate_index);
    const auto channels = static_cast<std::uint64_t>(frame.channels);
    const std::uint64_t header = 0xFFFULL << 44 | (frame.mpeg2 ? 1ULL : 0ULL) << 43 |
                                 (frame.checksum ? 0ULL : 1ULL) << 40 | 1ULL << 38 | rate << 34 |
                                 channels << 30 | length << 13 | 0x7FFULL << 2;
    Bytes bytes;
    put_big_endian(bytes, header | static_cast<std::uint64_t>(frame.blocks - 1), 7);
    append(bytes, payload_with_false_syncs(length - bytes.size(), random));
    return bytes;
}

Bytes id3v2_tag(std::size_t body_bytes, bool footer, std::mt19937& random) {
    Bytes tag = bytes_of("ID3");
    put_big_endian(tag, footer ? 0x040010 : 0x030000, 3);
    for (unsigned i = 4; i-- > 0;) {
        tag.push_back(byte_of(body_bytes >> (7 * i) & 0x7F));
    }
    const Bytes head(tag.begin() + 3, tag.end());
    append(tag, payload_with_false_syncs(body_bytes, random));
    if (footer) {
        append(tag, bytes_of("3DI"));
        append(tag, head);
    }
    return tag;
}

Bytes ape_tag(std::size_t body_bytes, std::mt19937& random) {
    const auto edge = [body_bytes](std::uint32_t flags) {
        Bytes bytes = bytes_of("APETAGEX");
        put_little_endian(bytes, 2000, 4);
        put_little_endian(bytes, body_bytes + 32, 4);
        put_little_endian(bytes, 1, 4);
        put_little_endian(bytes, flags, 4);
        put_little_endian(bytes, 0, 8);
        return bytes;
    };
    Bytes tag = edge(0xA0000000);
    append(tag, payload_with_false_syncs(body_bytes, random));
    append(tag, edge(0x80000000));
    return tag;
}

Bytes flac_block(const FlacBlock& block) {
    Bytes bytes;
    put_big_endian(bytes, static_cast<std::uint64_t>(block.type) | (block.last ? 0x80U : 0U), 1);
    put_big_endian(bytes, block.body.size(), 3);
    append(bytes, block.body);
    return bytes;
}

Bytes flac_marker_and_stream_info(std::uint32_t sample_rate, std::uint32_t channels, bool last) {
    Bytes info;
    put_big_endian(info, 4096, 2);
    put_big_endian(info, 4096, 2);
    put_big_endian(info, 0, 6);
    put_big_endian(info,
                   std::uint64_t{sample_rate} << 44 | std::uint64_t{channels - 1} << 41 |
                       std::uint64_t{15} << 36,
                   8);
    info.resize(34);
    Bytes bytes = bytes_of("fLaC");
    append(bytes, flac_block({.type = 0, .last = last, .body = info}));
    return bytes;
}

Bytes flac_frame_header(const FlacFrame& frame) {
    Bytes bytes;
    put_big_endian(bytes, 0xFFF8, 2);
    put_big_endian(bytes, 0x70 | frame.sample_rate_code, 1);
    put_big_endian(bytes, 0x18, 1);
    if (frame.number < 0x80) {
        put_big_endian(bytes, frame.number, 1);
    } else {
        put_big_endian(bytes, 0xF0 | (frame.number >> 18 & 7), 1);
        for (unsigned shift : {12U, 6U, 0U}) {
            put_big_endian(bytes, 0x80 | (frame.number >> shift & 0x3F), 1);
        }
    }
    put_big_endian(bytes, frame.block_size - 1, 2);
    put_big_endian(bytes, remainder_of(bytes, 0x07, 8), 1);
    return bytes;
}

Bytes flac_frame(const FlacFrame& frame, std::mt19937& random, const Bytes& payload) {
    Bytes bytes = flac_frame_header(frame);
    append(bytes, payload);
    append(bytes, payload_with_false_syncs(frame.payload_bytes, random));
    put_big_endian(bytes, remainder_of(bytes, 0x8005, 16), 2);
    return bytes;
}

Bytes vorbis_comment(const std::vector<std::string_view>& fields) {
    constexpr std::string_view kVendor = "an encoder";
    Bytes block;
    put_little_endian(block, kVendor.size(), 4);
    append(block, bytes_of(kVendor));
    put_little_endian(block, fields.size(), 4);
    for (const auto field : fields) {
        put_little_endian(block, field.size(), 4);
        append(block, bytes_of(field));
    }
    return block;
}

}  // namespace ringcast::tests

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/frame_walk.hpp"

#include <array>

namespace ringcast::tests::support {
namespace {

unsigned byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

std::size_t id3_bytes(std::string_view stream) {
    if (stream.size() < 10 || stream.substr(0, 3) != "ID3") {
        return 0;
    }
    return 10 + (std::size_t{byte_at(stream, 6)} << 21U | byte_at(stream, 7) << 14U |
                 byte_at(stream, 8) << 7U | byte_at(stream, 9));
}

// MPEG-1 layer III only; 0 when no frame begins here.
std::size_t mp3_frame_bytes(std::string_view at) {
    static constexpr std::array<unsigned, 16> kBitrates{0,   32,  40,  48,  56,  64,  80,  96,
                                                        112, 128, 160, 192, 224, 256, 320, 0};
    static constexpr std::array<unsigned, 4> kRates{44100, 48000, 32000, 0};
    if (at.size() < 4 || byte_at(at, 0) != 0xFF || (byte_at(at, 1) & 0xFEU) != 0xFA) {
        return 0;
    }
    const unsigned rate = kRates.at(byte_at(at, 2) >> 2U & 3U);
    const unsigned bitrate = kBitrates.at(byte_at(at, 2) >> 4U);
    const unsigned padding = byte_at(at, 2) >> 1U & 1U;
    return rate == 0 || bitrate == 0 ? 0 : 144000 * bitrate / rate + padding;
}

std::size_t adts_frame_bytes(std::string_view at) {
    if (at.size() < 7 || byte_at(at, 0) != 0xFF || (byte_at(at, 1) & 0xF6U) != 0xF0) {
        return 0;
    }
    return (byte_at(at, 3) & 3U) << 11U | byte_at(at, 4) << 3U | byte_at(at, 5) >> 5U;
}

Walk walk_frames(std::string_view stream, std::size_t (*frame_bytes)(std::string_view)) {
    Walk result;
    result.whole = id3_bytes(stream);
    while (result.whole < stream.size()) {
        const std::size_t bytes = frame_bytes(stream.substr(result.whole));
        if (bytes == 0 || result.whole + bytes > stream.size()) {
            break;
        }
        result.joins.push_back(result.whole);
        result.whole += bytes;
    }
    return result;
}

std::size_t ogg_page_bytes(std::string_view at) {
    if (at.size() < 27 || at.substr(0, 4) != "OggS" || at.size() < 27 + byte_at(at, 26)) {
        return 0;
    }
    std::size_t bytes = 27 + byte_at(at, 26);
    for (std::size_t segment = 0; segment < byte_at(at, 26); ++segment) {
        bytes += byte_at(at, 27 + segment);
    }
    return bytes <= at.size() ? bytes : 0;
}

Walk walk_ogg(std::string_view stream) {
    Walk result;
    bool headers = true;
    for (;;) {
        const std::string_view page = stream.substr(result.whole);
        const std::size_t bytes = ogg_page_bytes(page);
        if (bytes == 0) {
            return result;
        }
        // The muxers of the tests end header pages at packet ends and give them granule 0.
        headers = headers && page.substr(6, 8) == std::string_view("\0\0\0\0\0\0\0\0", 8);
        if (headers) {
            result.header_bytes = result.whole + bytes;
        } else if ((byte_at(page, 5) & 1U) == 0) {  // does not continue a packet
            result.joins.push_back(result.whole);
        }
        result.whole += bytes;
    }
}

unsigned crc8(std::string_view bytes) {
    unsigned crc = 0;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc << 1U ^ ((crc & 0x80U) != 0 ? 0x07U : 0U)) & 0xFFU;
        }
    }
    return crc;
}

// RFC 9639 section 9.1: a frame header proves itself by its CRC-8.
bool flac_frame_begins(std::string_view at) {
    if (at.size() < 16 || byte_at(at, 0) != 0xFF || (byte_at(at, 1) & 0xFEU) != 0xF8) {
        return false;
    }
    std::size_t number = 1;  // bytes of the UTF-8-like coded number
    for (unsigned lead = byte_at(at, 4); (lead & 0xC0U) == 0xC0; lead = lead << 1U & 0xFFU) {
        ++number;
    }
    const unsigned block = byte_at(at, 2) >> 4U;
    const unsigned rate = byte_at(at, 2) & 15U;
    const std::size_t crc_at = 4 + number + (block == 6 ? 1U : 0U) + (block == 7 ? 2U : 0U) +
                               (rate == 12 ? 1U : 0U) + (rate == 13 || rate == 14 ? 2U : 0U);
    return crc_at < at.size() && crc8(at.substr(0, crc_at)) == byte_at(at, crc_at);
}

Walk walk_flac(std::string_view stream) {
    Walk result;
    std::size_t at = 4;  // "fLaC"
    for (bool last = false; !last && at + 4 <= stream.size();) {
        last = (byte_at(stream, at) & 0x80U) != 0;
        at += 4 + (byte_at(stream, at + 1) << 16U | byte_at(stream, at + 2) << 8U |
                   byte_at(stream, at + 3));
    }
    result.header_bytes = at;
    for (; at + 2 <= stream.size(); ++at) {
        if (flac_frame_begins(stream.substr(at))) {
            result.joins.push_back(at);
        }
    }
    result.whole = stream.size();  // the end of a frame shows only in the next one
    return result;
}

Walk walk_webm(std::string_view stream) {
    static constexpr std::string_view kClusterId = "\x1F\x43\xB6\x75";
    Walk result;
    for (std::size_t at = stream.find(kClusterId); at != std::string_view::npos;
         at = stream.find(kClusterId, at + 1)) {
        result.joins.push_back(at);
    }
    result.header_bytes = result.joins.empty() ? 0 : result.joins.front();
    result.whole = stream.size();
    return result;
}

}  // namespace

Walk walk(Codec codec, std::string_view stream) {
    switch (codec) {
        case Codec::Mp3:
            return walk_frames(stream, mp3_frame_bytes);
        case Codec::Aac:
            return walk_frames(stream, adts_frame_bytes);
        case Codec::Ogg:
            return walk_ogg(stream);
        case Codec::Flac:
            return walk_flac(stream);
        case Codec::WebM:
            return walk_webm(stream);
    }
    return {};
}

}  // namespace ringcast::tests::support

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ebml_builder.hpp"

#include "tests/support/unit_letters.hpp"

namespace ringcast::tests {

namespace {

void put_big_endian(Bytes& to, std::uint64_t number, unsigned bytes) {
    for (unsigned i = bytes; i-- > 0;) {
        to.push_back(static_cast<std::byte>(number >> (8 * i) & 0xFF));
    }
}

unsigned bytes_for(std::uint64_t number) {
    unsigned bytes = 1;
    while (bytes < 8 && number >> (8 * bytes) != 0) {
        ++bytes;
    }
    return bytes;
}

Bytes track_entry(std::uint64_t number, std::uint64_t type, std::string_view codec,
                  const Bytes& more) {
    return ebml_element(0xAE, joined({ebml_number(0xD7, number), ebml_number(0x83, type),
                                      ebml_text(0x86, codec), more}));
}

}  // namespace

Bytes ebml_head_bytes(std::uint32_t id, std::uint64_t size, unsigned size_bytes) {
    if (size_bytes == 0) {
        size_bytes = 1;
        while (size >= (std::uint64_t{1} << (7 * size_bytes)) - 1) {
            ++size_bytes;
        }
    }
    Bytes bytes;
    put_big_endian(bytes, id, bytes_for(id));
    put_big_endian(bytes, size | std::uint64_t{1} << (7 * size_bytes), size_bytes);
    return bytes;
}

Bytes ebml_unknown(std::uint32_t id) {
    return ebml_head_bytes(id, (std::uint64_t{1} << 56) - 1, 8);
}

Bytes ebml_element(std::uint32_t id, const Bytes& payload) {
    return joined({ebml_head_bytes(id, payload.size()), payload});
}

Bytes ebml_number(std::uint32_t id, std::uint64_t value) {
    Bytes payload;
    put_big_endian(payload, value, bytes_for(value));
    return ebml_element(id, payload);
}

Bytes ebml_text(std::uint32_t id, std::string_view text) {
    return ebml_element(id, bytes_of(text));
}

Bytes webm_ebml_header() {
    return ebml_element(kEbmlId, joined({ebml_number(0x4286, 1), ebml_text(0x4282, "webm")}));
}

Bytes webm_tracks(bool video) {
    constexpr std::uint64_t k48000AsFloat = 0x473B8000;
    const Bytes audio =
        ebml_element(0xE1, joined({ebml_number(0xB5, k48000AsFloat), ebml_number(0x9F, 2)}));
    const Bytes entry = track_entry(1, 2, "A_OPUS", audio);
    return ebml_element(kTracksId, video ? joined({track_entry(2, 1, "V_VP8", {}), entry}) : entry);
}

Bytes webm_info(std::uint64_t timestamp_scale) {
    return ebml_element(
        kInfoId, joined({ebml_text(0x4D80, "tests"), ebml_number(0x2AD7B1, timestamp_scale)}));
}

Bytes webm_headers(std::uint64_t timestamp_scale) {
    return joined(
        {webm_ebml_header(), ebml_unknown(kSegmentId), webm_info(timestamp_scale), webm_tracks()});
}

Bytes webm_cluster_head(std::uint64_t ticks) {
    return joined({ebml_unknown(kClusterId), ebml_number(kTimestampId, ticks)});
}

Bytes webm_block_payload(std::uint64_t track, int ticks, std::size_t bytes) {
    Bytes payload;
    put_big_endian(payload, track | 0x80, 1);
    put_big_endian(payload, static_cast<std::uint16_t>(ticks), 2);
    put_big_endian(payload, 0x80, 1);
    payload.resize(payload.size() + bytes, std::byte{0x1F});
    return payload;
}

Bytes webm_simple_block(int ticks, std::size_t bytes, std::uint64_t track) {
    return ebml_element(kSimpleBlockId, webm_block_payload(track, ticks, bytes));
}

Bytes webm_block_group(int ticks, std::size_t bytes) {
    return ebml_element(kBlockGroupId,
                        joined({ebml_number(kBlockDurationId, 20),
                                ebml_element(kBlockId, webm_block_payload(1, ticks, bytes))}));
}

Bytes webm_second(std::uint64_t second) {
    Bytes cluster = webm_cluster_head(second * 1000);
    for (int ticks = 0; ticks < 1000; ticks += 20) {
        append(cluster, webm_simple_block(ticks));
    }
    return cluster;
}

}  // namespace ringcast::tests

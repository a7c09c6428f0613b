// SPDX-License-Identifier: Apache-2.0
// Fuzzes the scanner for Ogg: pages with right checksums in any order, with any flags, granule
// positions and packets, among broken bytes.
#include <limits>

#include "tests/fuzz/scan_fuzz.hpp"
#include "tests/support/ogg_builder.hpp"

namespace {

using namespace ringcast::tests;  // the builders are half of every line here

Bytes any_packet(std::mt19937& random) {
    switch (random() % 12) {
        case 0:
            return vorbis_head({.sample_rate = static_cast<std::uint32_t>(random()),
                                .block_exponent = static_cast<unsigned>(random() % 16)});
        case 1:
            return vorbis_tags({"TITLE=a"});
        case 2:
            return opus_head(static_cast<std::uint32_t>(random() % 65536));
        case 3:
            return opus_tags({"TITLE=a", "ARTIST=b"});
        case 4:
            return ogg_flac_head(random() % 3);
        case 5:
            return flac_block({.type = 4, .last = random() % 2 == 0, .body = vorbis_comment({})});
        case 6:
            return speex_head({.frame_samples = static_cast<std::uint32_t>(random()),
                               .extra_headers = static_cast<std::uint32_t>(random() % 4)});
        case 7:
            return bytes_of("\x80theora");
        default:
            return payload_with_false_syncs(random() % (random() % 8 == 0 ? 20'000 : 300), random);
    }
}

std::int64_t any_granule(std::mt19937& random) {
    switch (random() % 4) {
        case 0:
            return -1;
        case 1:
            return static_cast<std::int64_t>(std::uint64_t{random()} << 32 | random());
        case 2:
            return std::numeric_limits<std::int64_t>::max();
        default:
            return random() % 1'000'000;
    }
}

Bytes make_piece(std::mt19937& random) {
    OggPage page{.serial = static_cast<std::uint32_t>(random() % 4),
                 .granule = any_granule(random),
                 .continued = random() % 4 == 0,
                 .first = random() % 3 == 0,
                 .last = random() % 8 == 0,
                 .open = random() % 4 == 0};
    const std::size_t packets = random() % 4;
    for (std::size_t i = 0; i < packets; ++i) {
        page.packets.push_back(any_packet(random));
    }
    if (page.open && packets > 0) {
        page.packets.back().resize(page.packets.back().size() / 255 * 255);
    }
    Bytes bytes = ogg_page(page);
    if (random() % 8 == 0) {
        bytes[random() % bytes.size()] ^= std::byte{4};
    }
    return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_scanner("audio/ogg", stream_of_script({data, size}, make_piece));
    return 0;
}

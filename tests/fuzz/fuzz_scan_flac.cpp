// SPDX-License-Identifier: Apache-2.0
// Fuzzes the scanner for native FLAC, and with it the reader of Vorbis comments.
#include "tests/fuzz/scan_fuzz.hpp"

namespace {

using namespace ringcast::tests;  // the builders are half of every line here

Bytes make_piece(std::mt19937& random) {
    const bool flag = random() % 2 == 0;
    const std::size_t size = random() % (random() % 20 == 0 ? 110'000 : 300);
    switch (random() % 8) {
        case 0:
            return id3v2_tag(size, flag, random);
        case 1:
            return flac_marker_and_stream_info(44100, 2, flag);
        case 2:
            return flac_block({.type = 4, .last = flag, .body = vorbis_comment({"TITLE=a"})});
        case 3:
            return flac_block({.type = 6, .last = flag, .body = Bytes(size)});
        case 4:
            return flac_frame_header({});
        case 5:
            return flac_frame({.payload_bytes = size}, random);
        default:
            return flac_frame({.payload_bytes = size}, random, flac_frame_header({}));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_scanner("audio/flac", stream_of_script({data, size}, make_piece));
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Fuzzes the MP3 scanner.
#include "tests/fuzz/scan_fuzz.hpp"

namespace {

using namespace ringcast::tests;  // the builders are half of every line here

Bytes make_piece(std::mt19937& random) {
    switch (random() % 6) {
        case 0:
            return id3v2_tag(random() % 300, random() % 2 == 0, random);
        case 1:
            return ape_tag(random() % 300, random);
        case 2:
            return mp3_frame({.layer = 2, .kbps = 32}, random);
        case 3:
            return mp3_frame({.version = MpegVersion::Mpeg25, .kbps = 8, .sample_rate = 8000},
                             random);
        default:
            return mp3_frame({.kbps = 32, .padding = random() % 2 == 0}, random);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_scanner("audio/mpeg", stream_of_script({data, size}, make_piece));
    return 0;
}

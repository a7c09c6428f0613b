// SPDX-License-Identifier: Apache-2.0
// Fuzzes the scanner for AAC in ADTS.
#include "tests/fuzz/scan_fuzz.hpp"

namespace {

using namespace ringcast::tests;  // the builders are half of every line here

Bytes make_piece(std::mt19937& random) {
    switch (random() % 4) {
        case 0:
            return id3v2_tag(random() % 300, random() % 2 == 0, random);
        case 1:
            return adts_frame({.channels = 1, .checksum = true}, random);
        default:
            return adts_frame({.payload_bytes = random() % 300}, random);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_scanner("audio/aac", stream_of_script({data, size}, make_piece));
    return 0;
}

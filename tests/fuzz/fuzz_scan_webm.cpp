// SPDX-License-Identifier: Apache-2.0
// Fuzzes the scanner for WebM and Matroska: well-formed elements in any order and place, with sizes
// that may lie, among broken bytes.
#include <array>

#include "tests/fuzz/scan_fuzz.hpp"
#include "tests/support/ebml_builder.hpp"

namespace {

using namespace ringcast::tests;  // the builders are half of every line here

std::uint32_t any_id(std::mt19937& random) {
    constexpr std::array<std::uint32_t, 19> kIds{kEbmlId,
                                                 kSegmentId,
                                                 kInfoId,
                                                 kTracksId,
                                                 kTagsId,
                                                 kCuesId,
                                                 kAttachmentsId,
                                                 kClusterId,
                                                 kTimestampId,
                                                 kVoidId,
                                                 kSimpleBlockId,
                                                 kBlockGroupId,
                                                 kBlockId,
                                                 kBlockDurationId,
                                                 0xBF,
                                                 0xA7,
                                                 0xAB,
                                                 0x5854,
                                                 0xAE};
    return kIds[random() % kIds.size()];
}

Bytes make_piece(std::mt19937& random) {
    const std::size_t size = random() % (random() % 16 == 0 ? 220'000 : 300);
    const int ticks = static_cast<int>(random() % 65536);
    switch (random() % 10) {
        case 0:
            return webm_headers(random() % 4 == 0 ? random() : 1'000'000);
        case 1:
            return ebml_element(any_id(random), webm_tracks(random() % 2 == 0));
        case 2:
            return webm_cluster_head(random());
        case 3:
            return webm_simple_block(ticks, size, random() % 3);
        case 4:
            return webm_block_group(ticks, size);
        case 5:
            return ebml_unknown(any_id(random));
        case 6:
            return ebml_head_bytes(any_id(random), std::uint64_t{random()} << (random() % 24), 8);
        case 7:
            return ebml_element(any_id(random), payload_with_false_syncs(size, random));
        case 8:
            return ebml_element(any_id(random), webm_block_group(ticks, size));
        default:
            return webm_second(random() % 1000);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_scanner("video/webm", stream_of_script({data, size}, make_piece));
    return 0;
}

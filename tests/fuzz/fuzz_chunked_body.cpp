// SPDX-License-Identifier: Apache-2.0
// A chunked body (RFC 9112 section 7.1), with and without in-band metadata in it. The first byte
// chooses the pieces, the second the metaint.
#include <cstdint>

#include "tests/fuzz/body_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) {
        return 0;
    }
    const std::uint32_t metaint = data[1] % 32;  // 0: none
    const auto state =
        ringcast::core::BodyDecoder::begin(ringcast::core::BodyFraming::Chunked, 0, metaint);
    ringcast::fuzz::check_pieces(state, std::as_bytes(std::span(data, size)).subspan(2),
                                 1 + data[0] % 64U);
    return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/scan_fuzz.hpp"

#include <algorithm>

#include "core/check.hpp"
#include "core/framing/frame_scanner.hpp"
#include "tests/support/scan_units.hpp"

namespace ringcast::tests {

namespace {

constexpr std::size_t kStreamBytesMax = 250'000;
constexpr std::size_t kStreamBytesMaxOneByOne = 4'000;

}  // namespace

Bytes stream_of_script(std::span<const std::uint8_t> script, MakePiece make_piece) {
    Bytes stream;
    while (script.size() >= 2 && stream.size() < kStreamBytesMax) {
        const std::uint8_t what = script[0];
        const std::uint8_t how = script[1];
        script = script.subspan(2);
        if (what < 0x60) {
            const std::size_t count = std::min<std::size_t>(how, script.size());
            const auto raw = std::as_bytes(script.first(count));
            stream.insert(stream.end(), raw.begin(), raw.end());
            script = script.subspan(count);
        } else {
            std::mt19937 random(how);
            Bytes piece = make_piece(random);
            const std::size_t cut = what < 0xE0 ? 0 : what - 0xDFU;
            piece.resize(piece.size() - std::min(cut, piece.size()));
            append(stream, piece);
        }
    }
    return stream;
}

void check_scanner(std::string_view content_type, const Bytes& stream) {
    using core::framing::make_scanner;
    const auto expected = scan_whole(*make_scanner(content_type), stream);
    std::mt19937 random(static_cast<std::uint32_t>(stream.size()));
    core::check(
        scan_in_chunks(*make_scanner(content_type), stream, random_chunks(random)) == expected,
        "units do not depend on how the stream is split");
    if (stream.size() <= kStreamBytesMaxOneByOne) {
        core::check(
            scan_in_chunks(*make_scanner(content_type), stream, [] { return 1; }) == expected,
            "units are the same byte by byte");
    }
}

}  // namespace ringcast::tests

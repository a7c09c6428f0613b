// SPDX-License-Identifier: Apache-2.0
// ICY metadata: texts of sources are read, what is encoded is read back, and blocks are taken out
// of a body whatever it holds.
#include <algorithm>
#include <cstdint>
#include <string>

#include "core/icy/metadata_block.hpp"
#include "tests/fuzz/body_fuzz.hpp"

namespace {

namespace icy = ringcast::core::icy;
using ringcast::core::check;

/// Encodes any texts and reads them back: nothing that they hold may end them early.
void check_round_trip(std::string_view title, std::string_view url) {
    std::array<std::byte, icy::kBlockBytesMax> block;
    const std::size_t size = icy::encode_block(title, url, block);
    check(size >= 17 && size == 1 + 16 * std::to_integer<std::size_t>(block[0]), "a whole block");
    const icy::StreamText text = icy::decode_text(std::span(block).subspan(1, size - 1));
    check(text.has_title, "a block has a title");
    check(text.title.size() <= ringcast::core::kTitleBytesMax, "titles are cut");
    check(text.url.size() <= ringcast::core::kTitleUrlBytesMax, "URLs are cut");
    const bool harmless = title.find_first_of(std::string_view("'\r\n\0", 4)) == title.npos;
    check(!harmless || text.title == title.substr(0, ringcast::core::kTitleBytesMax),
          "a title without anything special comes back as it was");
    // What came out once is harmless, so it must come out the same again.
    std::array<std::byte, icy::kBlockBytesMax> again;
    const std::size_t size_again = icy::encode_block(text.title, text.url, again);
    check(icy::decode_text(std::span(again).subspan(1, size_again - 1)).title == text.title,
          "a title that was read is written the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 3) {
        return 0;
    }
    const std::span<const std::byte> bytes = std::as_bytes(std::span(data, size)).subspan(2);
    const icy::StreamText text = icy::decode_text(bytes);
    check(text.title.size() <= bytes.size() && text.url.size() <= bytes.size(),
          "a text is a part of its block");
    const std::string_view chars(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::size_t cut = std::min<std::size_t>(data[0], chars.size());
    check_round_trip(chars.substr(cut), chars.substr(0, cut));

    const std::uint32_t metaint = 1 + data[1] % 64U;
    ringcast::fuzz::check_pieces(
        ringcast::core::BodyDecoder::begin(ringcast::core::BodyFraming::UntilClose, 0, metaint),
        bytes, 1 + data[0] % 64U);
    return 0;
}

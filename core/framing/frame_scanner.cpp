// SPDX-License-Identifier: Apache-2.0
#include "core/framing/frame_scanner.hpp"

#include <algorithm>
#include <array>

#include "core/framing/adts_aac.hpp"
#include "core/framing/flac.hpp"
#include "core/framing/mp3.hpp"
#include "core/framing/ogg.hpp"
#include "core/framing/webm.hpp"

namespace ringcast::core::framing {

namespace {

/// For types that are not understood: every byte passes as it comes, and a decoder may start
/// anywhere.
class PassThroughScanner final : public FrameScanner {
  public:
    ScanUnit next(std::span<const std::byte> bytes) override {
        if (bytes.empty()) {
            return {};
        }
        const auto size = std::min(bytes.size(), kUnitBytesMax);
        return {
            .kind = ScanUnit::Kind::Frame, .sync = true, .bytes = static_cast<std::uint32_t>(size)};
    }
    bool frames() const override { return false; }
    StreamFormat format() const override { return {}; }
};

std::unique_ptr<FrameScanner> make_pass_through_scanner() {
    return std::make_unique<PassThroughScanner>();
}

struct ScannerOfType {
    std::string_view content_type;  ///< in lower case
    std::unique_ptr<FrameScanner> (*make)();
};

/// As encoders name them.
constexpr std::array kScanners{
    ScannerOfType{"audio/mpeg", make_mp3_scanner},
    ScannerOfType{"audio/mp3", make_mp3_scanner},
    ScannerOfType{"audio/mpeg3", make_mp3_scanner},
    ScannerOfType{"audio/mpg", make_mp3_scanner},
    ScannerOfType{"audio/mp2", make_mp3_scanner},
    ScannerOfType{"audio/x-mpeg", make_mp3_scanner},
    ScannerOfType{"audio/x-mp3", make_mp3_scanner},
    ScannerOfType{"audio/x-mpeg-3", make_mp3_scanner},
    ScannerOfType{"audio/x-mpg", make_mp3_scanner},
    ScannerOfType{"audio/aac", make_adts_scanner},
    ScannerOfType{"audio/aacp", make_adts_scanner},
    ScannerOfType{"audio/x-aac", make_adts_scanner},
    ScannerOfType{"audio/x-aacp", make_adts_scanner},
    ScannerOfType{"audio/x-hx-aac-adts", make_adts_scanner},
    ScannerOfType{"audio/flac", make_flac_scanner},
    ScannerOfType{"audio/x-flac", make_flac_scanner},
    ScannerOfType{"application/ogg", make_ogg_scanner},
    ScannerOfType{"application/x-ogg", make_ogg_scanner},
    ScannerOfType{"audio/ogg", make_ogg_scanner},
    ScannerOfType{"video/ogg", make_ogg_scanner},
    ScannerOfType{"audio/webm", make_webm_scanner},
    ScannerOfType{"video/webm", make_webm_scanner},
    ScannerOfType{"audio/x-matroska", make_webm_scanner},
    ScannerOfType{"video/x-matroska", make_webm_scanner},
    ScannerOfType{"video/x-matroska-3d", make_webm_scanner},
};

/// `content_type` without its parameters and the blanks around it.
std::string_view bare_type(std::string_view content_type) {
    constexpr std::string_view kBlanks = " \t";
    const std::string_view type = content_type.substr(0, content_type.find(';'));
    const std::size_t first = std::min(type.find_first_not_of(kBlanks), type.size());
    return type.substr(first, type.find_last_not_of(kBlanks) + 1 - first);
}

bool same_but_for_case(std::string_view text, std::string_view lower_case) {
    return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                      [](char a, char b) {
                          return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
                      });
}

}  // namespace

std::unique_ptr<FrameScanner> make_scanner(std::string_view content_type) {
    const std::string_view type = bare_type(content_type);
    const auto* const found =
        std::find_if(kScanners.begin(), kScanners.end(), [type](const ScannerOfType& scanner) {
            return same_but_for_case(type, scanner.content_type);
        });
    return found == kScanners.end() ? make_pass_through_scanner() : found->make();
}

}  // namespace ringcast::core::framing

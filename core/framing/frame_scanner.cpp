// SPDX-License-Identifier: Apache-2.0
#include "core/framing/frame_scanner.hpp"

#include <algorithm>

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

}  // namespace

std::unique_ptr<FrameScanner> make_scanner(std::string_view /*content_type*/) {
    return std::make_unique<PassThroughScanner>();
}

}  // namespace ringcast::core::framing

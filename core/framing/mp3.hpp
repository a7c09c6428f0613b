// SPDX-License-Identifier: Apache-2.0
// MPEG audio: MPEG-1 (ISO 11172-3), MPEG-2 (ISO 13818-3) and the unofficial MPEG-2.5, layers I to
// III. Free format (a bitrate that no header names) is not framed.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "core/framing/frame_chain.hpp"

namespace ringcast::core::framing {

constexpr std::size_t kMp3HeaderBytes = 4;

/// The frame whose header stands at the first of `bytes`. Requires: kMp3HeaderBytes bytes.
[[nodiscard]] std::optional<ChainedFrame> parse_mp3_header(std::span<const std::byte> bytes);

[[nodiscard]] std::unique_ptr<FrameScanner> make_mp3_scanner();

}  // namespace ringcast::core::framing

// SPDX-License-Identifier: Apache-2.0
// AAC in ADTS (ISO 14496-3, 1.A.2.2). The sample rate is the header's: with SBR (HE-AAC) a decoder
// plays at twice that rate, for the same time. AAC in LATM/LOAS is not framed.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include "core/framing/frame_chain.hpp"

namespace ringcast::core::framing {

/// Without the checksum that may follow.
constexpr std::size_t kAdtsHeaderBytes = 7;

/// The frame whose header stands at the first of `bytes`. Requires: kAdtsHeaderBytes bytes.
[[nodiscard]] std::optional<ChainedFrame> parse_adts_header(std::span<const std::byte> bytes);

[[nodiscard]] std::unique_ptr<FrameScanner> make_adts_scanner();

}  // namespace ringcast::core::framing

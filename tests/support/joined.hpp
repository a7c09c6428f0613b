// SPDX-License-Identifier: Apache-2.0
// The first invariant as assertions: what a listener received is a contiguous part of what the
// source sent.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/frame_walk.hpp"

namespace ringcast::tests::support {

/// Offset in `sent` where the audio of `received` begins: `received` is the stream headers of
/// `sent` (where the format has them), then, byte for byte, one contiguous part of `sent` that
/// begins where a decoder can start. nullopt when that is not so.
[[nodiscard]] std::optional<std::size_t> join_offset(std::string_view received,
                                                     std::string_view sent, Codec codec);

/// join_offset as an assertion, with at least `bytes_min` received.
[[nodiscard]] testing::AssertionResult joined(std::string_view received, std::string_view sent,
                                              Codec codec, std::size_t bytes_min = 1);

/// Where, in MP3 or AAC that lost nothing else, `received` goes on at a later frame of `sent`:
/// one entry per skip, its offset in `received`. nullopt when a gap does not end at a frame.
[[nodiscard]] std::optional<std::vector<std::size_t>> skips(std::string_view received,
                                                            std::string_view sent, Codec codec);

/// The order in which whole frames of several MP3 or AAC streams follow each other in `received`:
/// "ABA" when frames of the first stream, then the second, then the first came. '?' stands for
/// bytes that are no whole frame of any of them.
[[nodiscard]] std::string frame_order(std::string_view received,
                                      const std::vector<std::string>& streams, Codec codec);

/// ffmpeg decodes all of `stream` and has nothing to complain about.
[[nodiscard]] testing::AssertionResult decodes_without_error(std::string_view stream);

}  // namespace ringcast::tests::support

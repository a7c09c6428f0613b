// SPDX-License-Identifier: Apache-2.0
// Builds EBML elements, and WebM streams from them, for tests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tests/support/audio_builder.hpp"

namespace ringcast::tests {

/// ID and size of an element; the size takes `size_bytes` bytes, 0: as few as do.
Bytes ebml_head_bytes(std::uint32_t id, std::uint64_t size, unsigned size_bytes = 0);
/// ID and the unknown size, in 8 bytes as live muxers write it.
Bytes ebml_unknown(std::uint32_t id);
Bytes ebml_element(std::uint32_t id, const Bytes& payload);
Bytes ebml_number(std::uint32_t id, std::uint64_t value);
Bytes ebml_text(std::uint32_t id, std::string_view text);

constexpr std::uint32_t kEbmlId = 0x1A45DFA3;
constexpr std::uint32_t kSegmentId = 0x18538067;
constexpr std::uint32_t kInfoId = 0x1549A966;
constexpr std::uint32_t kTracksId = 0x1654AE6B;
constexpr std::uint32_t kTagsId = 0x1254C367;
constexpr std::uint32_t kCuesId = 0x1C53BB6B;
constexpr std::uint32_t kAttachmentsId = 0x1941A469;
constexpr std::uint32_t kClusterId = 0x1F43B675;
constexpr std::uint32_t kTimestampId = 0xE7;
constexpr std::uint32_t kVoidId = 0xEC;
constexpr std::uint32_t kSimpleBlockId = 0xA3;
constexpr std::uint32_t kBlockGroupId = 0xA0;
constexpr std::uint32_t kBlockId = 0xA1;
constexpr std::uint32_t kBlockDurationId = 0x9B;

Bytes webm_ebml_header();
/// Track 1 is Opus audio, 48 kHz, stereo; track 2 is VP8 video where `video` says so, and comes
/// first.
Bytes webm_tracks(bool video = false);
Bytes webm_info(std::uint64_t timestamp_scale = 1'000'000);

/// EBML header, a segment of unknown size, Info and Tracks.
Bytes webm_headers(std::uint64_t timestamp_scale = 1'000'000);

/// A cluster of unknown size up to its timestamp.
Bytes webm_cluster_head(std::uint64_t ticks);
Bytes webm_block_payload(std::uint64_t track, int ticks, std::size_t bytes);
Bytes webm_simple_block(int ticks, std::size_t bytes = 100, std::uint64_t track = 1);
Bytes webm_block_group(int ticks, std::size_t bytes = 100);

/// A cluster of unknown size with 50 blocks 20 ms apart, from `second` on.
Bytes webm_second(std::uint64_t second);

}  // namespace ringcast::tests

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/synthetic_frames.hpp"

#include <algorithm>

#include "loadtest/adts_frames.hpp"
#include "loadtest/mp3_frames.hpp"
#include "loadtest/ogg_pages.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

}  // namespace

std::int64_t FrameFormat::due_us(std::uint64_t sequence) const {
    // In two parts, so that no product overflows.
    const auto rate = static_cast<std::uint64_t>(traits_.sample_rate);
    const auto samples = static_cast<std::uint64_t>(traits_.samples);
    const std::uint64_t seconds = sequence / rate * samples;
    const std::uint64_t rest_us = sequence % rate * samples * kSecondUs / rate;
    return static_cast<std::int64_t>(seconds * kSecondUs + rest_us);
}

std::uint64_t FrameFormat::frame_at(std::int64_t time_us) const {
    const std::int64_t seconds = time_us / kSecondUs;
    const std::int64_t rest_us = time_us % kSecondUs;
    const std::int64_t samples =
        seconds * traits_.sample_rate + rest_us * traits_.sample_rate / kSecondUs;
    auto sequence = static_cast<std::uint64_t>(samples / traits_.samples);
    while (due_us(sequence) < time_us) {
        ++sequence;
    }
    return sequence;
}

std::size_t FrameFormat::write_stream_header(const FrameIdentity& /*identity*/,
                                             FrameRoom /*out*/) const {
    return 0;
}

const FrameFormat& frame_format(FormatKind kind) {
    static const Mp3Frames kMp3;
    static const AdtsFrames kAdts;
    static const OggPages kOgg;
    switch (kind) {
        case FormatKind::Mp3:
            return kMp3;
        case FormatKind::Aac:
            return kAdts;
        case FormatKind::Ogg:
            return kOgg;
    }
    return kMp3;
}

const FrameFormat& frame_format_of(std::string_view content_type) {
    const auto names = [content_type](std::string_view name) {
        return content_type.find(name) != std::string_view::npos;
    };
    return frame_format(names("ogg")   ? FormatKind::Ogg
                        : names("aac") ? FormatKind::Aac
                                       : FormatKind::Mp3);
}

bool valid_bitrate(std::uint32_t kbps) {
    return std::ranges::find(kBitrates, kbps) != kBitrates.end();
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
#include "core/framing/webm_tracks.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "core/framing/ebml.hpp"

namespace ringcast::core::framing {

namespace {

constexpr std::uint32_t kTrackEntry = 0xAE;
constexpr std::uint32_t kTrackNumber = 0xD7;
constexpr std::uint32_t kTrackType = 0x83;
constexpr std::uint32_t kCodecId = 0x86;
constexpr std::uint32_t kAudio = 0xE1;
constexpr std::uint32_t kSamplingFrequency = 0xB5;
constexpr std::uint32_t kChannels = 0x9F;
constexpr std::uint32_t kTimestampScale = 0x2AD7B1;
constexpr std::uint32_t kBlock = 0xA1;

constexpr std::uint64_t kAudioType = 2;
constexpr double kSampleRateMax = 1'000'000;
constexpr std::uint64_t kChannelsMax = 255;
constexpr std::uint64_t kScaleNsDefault = 1'000'000;
constexpr std::uint64_t kScaleNsMax = 1'000'000'000;
constexpr std::size_t kGroupChildrenMax = 16;  ///< looked at; the block is the first, as a rule

std::string codec_name(std::span<const std::byte> codec_id) {
    struct Codec {
        std::string_view prefix;
        std::string_view name;
    };
    constexpr std::array kCodecs{Codec{"A_OPUS", "Opus"}, Codec{"A_VORBIS", "Vorbis"},
                                 Codec{"A_FLAC", "FLAC"}, Codec{"A_AAC", "AAC"},
                                 Codec{"A_MPEG/L3", "MP3"}};
    const std::string_view id(reinterpret_cast<const char*>(codec_id.data()), codec_id.size());
    const auto* const found =
        std::find_if(kCodecs.begin(), kCodecs.end(),
                     [id](const Codec& codec) { return id.starts_with(codec.prefix); });
    return std::string(found == kCodecs.end() ? "WebM" : found->name);
}

void read_audio(std::span<const std::byte> audio, WebmTrack& track) {
    while (const auto element = take_ebml_element(audio)) {
        if (element->id == kSamplingFrequency) {
            const double rate = ebml_float(element->payload);
            const bool sane = rate >= 1 && rate <= kSampleRateMax;
            track.sample_rate = sane ? static_cast<std::uint32_t>(rate) : 0;
        } else if (element->id == kChannels) {
            track.channels =
                static_cast<std::uint32_t>(std::min(ebml_unsigned(element->payload), kChannelsMax));
        }
    }
}

WebmTrack read_track(std::span<const std::byte> entry) {
    WebmTrack track;
    track.codec = "WebM";
    while (const auto element = take_ebml_element(entry)) {
        if (element->id == kTrackNumber) {
            track.number = ebml_unsigned(element->payload);
        } else if (element->id == kTrackType) {
            track.audio = ebml_unsigned(element->payload) == kAudioType;
        } else if (element->id == kCodecId) {
            track.codec = codec_name(element->payload);
        } else if (element->id == kAudio) {
            track.channels = 1;  // the defaults of RFC 9559 sections 5.1.4.1.29.1 and .3
            track.sample_rate = 8'000;
            read_audio(element->payload, track);
        }
    }
    return track;
}

}  // namespace

WebmTrack webm_main_track(std::span<const std::byte> tracks) {
    WebmTrack first;
    while (const auto element = take_ebml_element(tracks)) {
        if (element->id != kTrackEntry) {
            continue;
        }
        WebmTrack track = read_track(element->payload);
        if (track.audio) {
            return track;
        }
        if (first.number == 0) {
            first = std::move(track);
        }
    }
    return first;
}

std::uint64_t webm_timestamp_scale(std::span<const std::byte> info) {
    while (const auto element = take_ebml_element(info)) {
        if (element->id == kTimestampScale) {
            const std::uint64_t scale_ns = ebml_unsigned(element->payload);
            return scale_ns >= 1 && scale_ns <= kScaleNsMax ? scale_ns : kScaleNsDefault;
        }
    }
    return kScaleNsDefault;
}

std::optional<WebmBlock> webm_block(std::span<const std::byte> payload) {
    const auto track = take_ebml_number(payload);
    if (!track || payload.size() < 2) {
        return std::nullopt;
    }
    const auto ticks = static_cast<std::uint16_t>(ebml_unsigned(payload.first(2)));
    return WebmBlock{.track = *track, .ticks = static_cast<std::int16_t>(ticks)};
}

std::optional<WebmBlock> webm_block_in_group(std::span<const std::byte> payload) {
    for (std::size_t i = 0; i < kGroupChildrenMax; ++i) {
        const EbmlHead head = ebml_head(payload);
        if (head.state != EbmlHead::State::Whole) {
            return std::nullopt;
        }
        payload = payload.subspan(head.bytes);
        if (head.id == kBlock) {
            return webm_block(payload);
        }
        if (head.size > payload.size()) {
            return std::nullopt;
        }
        payload = payload.subspan(static_cast<std::size_t>(head.size));
    }
    return std::nullopt;
}

std::uint64_t WebmClock::advance(std::int16_t block_ticks) {
    constexpr std::uint64_t kTimeNsMax = std::numeric_limits<std::int64_t>::max();
    const std::uint64_t ticks_max = kTimeNsMax / scale_ns_;
    const std::uint64_t ticks = cluster_ticks_ + static_cast<std::uint64_t>(block_ticks);
    if (cluster_ticks_ > ticks_max || ticks > ticks_max) {
        return 0;  // before 0 or after the year 2262: not a time
    }
    const std::uint64_t time_us = ticks * scale_ns_ / 1000;
    const std::uint64_t counted_us = counted_us_.value_or(time_us);
    if (time_us >= counted_us) {
        counted_us_ = time_us;
        return std::min(time_us - counted_us, kGapUsMax);
    }
    if (counted_us - time_us > kGapUsMax) {
        counted_us_ = time_us;
    }
    return 0;
}

}  // namespace ringcast::core::framing

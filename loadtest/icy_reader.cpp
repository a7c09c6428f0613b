// SPDX-License-Identifier: Apache-2.0
#include "loadtest/icy_reader.hpp"

#include <algorithm>
#include <charconv>

#include "core/check.hpp"
#include "loadtest/mix.hpp"

namespace ringcast::loadtest {

namespace {

constexpr std::string_view kTitleBegin = "ringcast-load station ";
constexpr std::string_view kTitleMiddle = " at ";
constexpr std::string_view kTitleEnd = " check ";

/// Takes `prefix` and the number after it from the front of `text`.
std::optional<std::uint64_t> take_number(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) {
        return std::nullopt;
    }
    text.remove_prefix(prefix.size());
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

}  // namespace

std::string title_text(const Title& title) {
    const std::uint64_t check = mix(mix(title.station) ^ title.sequence) % 1'000'000;
    std::string text(kTitleBegin);
    text += std::to_string(title.station);
    text += kTitleMiddle;
    text += std::to_string(title.sequence);
    text += kTitleEnd;
    text += std::to_string(check);
    return text;
}

std::optional<Title> parse_title(std::string_view text) {
    std::string_view rest = text;
    const auto station = take_number(rest, kTitleBegin);
    const auto sequence = take_number(rest, kTitleMiddle);
    if (!station || !sequence || *station > kStationMax) {
        return std::nullopt;
    }
    const Title title{static_cast<std::uint32_t>(*station), *sequence};
    return text == title_text(title) ? std::optional(title) : std::nullopt;
}

void IcyCounts::add(const IcyCounts& other) {
    blocks += other.blocks;
    titles += other.titles;
    early_titles += other.early_titles;
    malformed_blocks += other.malformed_blocks;
    wrong_titles += other.wrong_titles;
}

IcyReader::IcyReader(std::uint32_t metaint) : metaint_(metaint), audio_left_(metaint) {
    core::check(metaint > 0, "metadata blocks have a distance");
}

void IcyReader::consume(std::span<const std::byte> bytes, StreamChecker& stream,
                        const Reception& at) {
    while (!bytes.empty()) {
        std::size_t taken = 1;
        if (audio_left_ > 0) {
            taken = std::min<std::size_t>(bytes.size(), audio_left_);
            audio_left_ -= static_cast<std::uint32_t>(taken);
            stream.consume(bytes.first(taken), at);
        } else if (block_left_ == 0) {
            begin_block(bytes.front());
        } else {
            taken = std::min<std::size_t>(bytes.size(), block_left_);
            block_left_ -= static_cast<std::uint32_t>(taken);
            take_text(bytes.first(taken));
            if (block_left_ == 0) {
                block_complete(stream);
            }
        }
        bytes = bytes.subspan(taken);
    }
}

void IcyReader::begin_block(std::byte length) {
    ++counts_.blocks;
    block_left_ = std::to_integer<std::uint32_t>(length) * 16;
    text_filled_ = 0;
    ended_ = false;
    broken_ = false;
    if (block_left_ == 0) {
        audio_left_ = metaint_;
    }
}

void IcyReader::take_text(std::span<const std::byte> bytes) {
    for (const std::byte byte : bytes) {
        const char character = static_cast<char>(byte);
        broken_ = broken_ || (ended_ && character != '\0');
        ended_ = ended_ || character == '\0';
        if (!ended_ && text_filled_ < text_.size()) {
            text_[text_filled_++] = character;
        }
    }
}

void IcyReader::block_complete(const StreamChecker& stream) {
    audio_left_ = metaint_;
    constexpr std::string_view kBegin = "StreamTitle='";
    std::string_view text(text_.data(), text_filled_);
    const bool begins = text.starts_with(kBegin);
    text.remove_prefix(begins ? kBegin.size() : 0);
    const std::size_t end = text.find("';");
    if (!begins || end == std::string_view::npos || broken_) {
        ++counts_.malformed_blocks;
        return;
    }
    if (end > 0) {
        check_title(text.substr(0, end), stream);
    }
}

void IcyReader::check_title(std::string_view text, const StreamChecker& stream) {
    const auto title = parse_title(text);
    if (!title || stream.station().value_or(title->station) != title->station ||
        title->sequence < newest_title_) {
        ++counts_.wrong_titles;
        return;
    }
    ++counts_.titles;
    newest_title_ = title->sequence;
    const FormatTraits& format = stream.format().traits();
    const auto second = static_cast<std::uint64_t>(format.sample_rate / format.samples);  // frames
    if (title->sequence > stream.sequence().value_or(title->sequence) + second) {
        ++counts_.early_titles;
    }
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// Bodies of sources, written with their framing and read back in pieces as sockets give them.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/body_decoder.hpp"
#include "tests/support/random.hpp"

namespace ringcast::tests {

/// A title's text and the audio bytes before it.
using PlacedText = std::pair<std::size_t, std::string>;

/// Writes a body: audio, in-band blocks, and chunks around both.
class BodyWriter {
  public:
    struct Framing {
        std::uint32_t metaint = 0;
        bool chunked = false;
    };
    explicit BodyWriter(Framing framing) : framing_(framing) {}

    BodyWriter& audio(std::string_view bytes) {
        audio_ += bytes;
        raw_ += bytes;
        return *this;
    }
    BodyWriter& block(std::string_view text) {
        const std::size_t sixteenths = (text.size() + 15) / 16;
        raw_.push_back(static_cast<char>(sixteenths));
        raw_ += text;
        raw_.resize(raw_.size() + sixteenths * 16 - text.size());
        if (!text.empty()) {
            titles_.emplace_back(audio_.size(), text);
        }
        return *this;
    }
    /// Puts chunks of random sizes around everything, with the liberties that senders take.
    void chunk(Random& random) {
        const std::string body = std::exchange(raw_, {});
        for (std::size_t at = 0; at < body.size();) {
            const std::size_t size = std::min<std::size_t>(body.size() - at, 1 + random() % 50);
            const char* const end = random() % 4 == 0 ? "\n" : "\r\n";
            raw_ += hex(size) + (random() % 4 == 0 ? ";ext=1" : "") + end;
            raw_ += body.substr(at, size) + (random() % 4 == 0 ? "\n" : "\r\n");
            at += size;
        }
        raw_ += "0\r\n";
        raw_ += random() % 2 == 0 ? "Trailer: x\r\n\r\n" : "\r\n";
    }

    [[nodiscard]] const Framing& framing() const { return framing_; }
    [[nodiscard]] const std::string& raw() const { return raw_; }
    [[nodiscard]] const std::string& audio() const { return audio_; }
    [[nodiscard]] const std::vector<PlacedText>& titles() const { return titles_; }

  private:
    static std::string hex(std::size_t value) {
        std::string digits;
        do {
            digits.insert(digits.begin(), "0123456789abcdef"[value % 16]);
            value /= 16;
        } while (value != 0);
        return digits;
    }

    Framing framing_;
    std::string raw_;
    std::string audio_;
    std::vector<PlacedText> titles_;
};

inline BodyWriter random_body(Random& random, std::uint32_t metaint, bool chunked) {
    BodyWriter writer({.metaint = metaint, .chunked = chunked});
    for (int part = 0; part < 6; ++part) {
        std::string audio(metaint != 0 ? metaint : random() % 100, '\0');
        for (char& c : audio) {
            c = static_cast<char>(random());
        }
        writer.audio(audio);
        if (metaint != 0) {
            writer.block(std::string(random() % 3 == 0 ? 1 + random() % 90 : 0,
                                     static_cast<char>('a' + part)));
        }
    }
    if (chunked) {
        writer.chunk(random);
    }
    return writer;
}

struct Decoded {
    std::string audio;
    std::vector<PlacedText> titles = {};
    bool ended = false;
    bool malformed = false;

    friend bool operator==(const Decoded&, const Decoded&) = default;
};

/// Decodes `raw` in pieces of `piece(position)` bytes, as a source step does: into a region that
/// begins at the head; half of the audio is published after each.
template <class Piece>
Decoded decode_in_pieces(core::BodyState state, std::span<const std::byte> raw, Piece piece) {
    Decoded decoded;
    std::vector<std::byte> region;
    core::InBandTitle title;
    for (std::size_t at = 0; at < raw.size();) {
        const auto wanted = static_cast<std::size_t>(piece(at));
        const std::size_t size = std::min(raw.size() - at, wanted);
        region.resize(state.audio + 2 * size);
        const core::RawPlace place = core::raw_place(state, region.size());
        const auto part = std::span(region).subspan(place.begin, size);
        std::ranges::copy(raw.subspan(at, size), part.begin());
        at += size;
        const core::Result<bool> titled = core::BodyDecoder::decode(state, region, part, title);
        if (!titled) {
            decoded.malformed = true;
            return decoded;
        }
        if (*titled) {
            std::string text(reinterpret_cast<const char*>(title.block.data()), title.size);
            text.resize(std::min(text.find('\0'), text.size()));
            decoded.titles.emplace_back(decoded.audio.size() + title.at, text);
        }
        const std::size_t published = (state.audio + 1) / 2;
        decoded.audio.append(reinterpret_cast<const char*>(region.data()), published);
        region.erase(region.begin(), region.begin() + static_cast<std::ptrdiff_t>(published));
        state.audio -= static_cast<std::uint32_t>(published);
    }
    decoded.audio.append(reinterpret_cast<const char*>(region.data()), state.audio);
    decoded.ended = state.ended;
    return decoded;
}

}  // namespace ringcast::tests

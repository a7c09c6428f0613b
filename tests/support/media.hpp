// SPDX-License-Identifier: Apache-2.0
// The audio that tests send: a tone in noise (so that no two frames are alike), made once by ffmpeg
// and kept in the build directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/support/frame_walk.hpp"

namespace ringcast::tests::support {

enum class MediaKind : std::uint8_t {
    Mp3,       ///< 128 kbit/s CBR; ID3v2 tag with artist "Test Artist", title "First Title"
    OtherMp3,  ///< another tone, title "Second Title", else as Mp3
    Aac,       ///< ADTS, 96 kbit/s
    Vorbis,    ///< artist and title in its comments, as all that follow
    Opus,
    OggFlac,
    Flac,  ///< native
    WebM,  ///< Opus, live clusters
};

/// For names of parametrised tests.
[[nodiscard]] std::string name_of(MediaKind kind);

constexpr int kMediaSeconds = 40;

struct Media {
    std::filesystem::path path;
    std::string bytes;           ///< the whole file
    std::string content_type{};  ///< as encoders announce it
    std::string muxer;           ///< ffmpeg's name of the format
    Codec codec = Codec::Mp3;

    /// `bytes` without a leading ID3v2 tag.
    [[nodiscard]] std::string audio() const;
    [[nodiscard]] std::size_t bytes_per_second() const {
        return bytes.size() / static_cast<std::size_t>(kMediaSeconds);
    }
};

/// Read from the build directory, made at first use; safe for test processes that run at the same
/// time. Throws std::runtime_error when ffmpeg cannot make it.
[[nodiscard]] Media media(MediaKind kind);

}  // namespace ringcast::tests::support

// SPDX-License-Identifier: Apache-2.0
// Command lines of the real encoders that the tests run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/media.hpp"

namespace ringcast::tests::support {

struct EncoderRun {
    std::uint16_t port = 0;
    std::string mount = "/live";
    double speed = 4;  ///< times real time
    int seconds_of_audio = 16;
    std::vector<std::string>
        options{};  ///< more output options, for example "-legacy_icecast", "1"
};

/// ffmpeg sends `media` to icecast://source:hackme@127.0.0.1.
[[nodiscard]] std::vector<std::string> ffmpeg_source(const Media& media, const EncoderRun& run);

/// The configuration of an ezstream that sends `media` once, in real time.
[[nodiscard]] std::string ezstream_config(const Media& media, const std::string& format,
                                          std::uint16_t port);

/// A Liquidsoap program that sends `media`, again and again, encoded as `format` ("mp3"), with the
/// title "Liquid - Soap".
[[nodiscard]] std::string liquidsoap_script(const Media& media, const std::string& format,
                                            std::uint16_t port);

}  // namespace ringcast::tests::support

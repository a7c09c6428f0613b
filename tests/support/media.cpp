// SPDX-License-Identifier: Apache-2.0
#include "tests/support/media.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace ringcast::tests::support {
namespace {

struct Recipe {
    const char* file;
    const char* content_type;
    const char* muxer;
    Codec codec;
    int tone_hz;
    const char* title;
    std::vector<std::string> encoder;
};

const Recipe& recipe(MediaKind kind) {
    static const std::vector<std::string> kMp3{
        "-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "3"};
    static const std::array<Recipe, 8> kRecipes{{
        {"tone.mp3", "audio/mpeg", "mp3", Codec::Mp3, 440, "First Title", kMp3},
        {"other.mp3", "audio/mpeg", "mp3", Codec::Mp3, 660, "Second Title", kMp3},
        {"tone.aac",
         "audio/aac",
         "adts",
         Codec::Aac,
         440,
         "First Title",
         {"-c:a", "aac", "-b:a", "96k"}},
        {"tone.ogg",
         "application/ogg",
         "ogg",
         Codec::Ogg,
         440,
         "First Title",
         {"-c:a", "libvorbis", "-b:a", "96k", "-page_duration", "200000"}},
        {"tone.opus",
         "audio/ogg",
         "ogg",
         Codec::Ogg,
         440,
         "First Title",
         {"-c:a", "libopus", "-b:a", "96k", "-ar", "48000", "-page_duration", "200000"}},
        {"tone.oga",
         "audio/ogg",
         "ogg",
         Codec::Ogg,
         440,
         "First Title",
         {"-c:a", "flac", "-sample_fmt", "s16", "-page_duration", "200000"}},
        {"tone.flac",
         "audio/flac",
         "flac",
         Codec::Flac,
         440,
         "First Title",
         {"-c:a", "flac", "-sample_fmt", "s16"}},
        {"tone.webm",
         "audio/webm",
         "webm",
         Codec::WebM,
         440,
         "First Title",
         {"-c:a", "libopus", "-b:a", "96k", "-ar", "48000", "-live", "1", "-cluster_time_limit",
          "500"}},
    }};
    return kRecipes.at(static_cast<std::size_t>(kind));
}

void make(const Recipe& recipe, const std::filesystem::path& path) {
    const std::string length = "d=" + std::to_string(kMediaSeconds);
    const std::string graph =
        "sine=f=" + std::to_string(recipe.tone_hz) + ":r=44100:" + length +
        "[s];anoisesrc=c=pink:r=44100:a=0.3:seed=" + std::to_string(recipe.tone_hz) + ":" + length +
        "[n];[s][n]amix=inputs=2,aformat=channel_layouts=stereo";
    std::vector<std::string> command{"ffmpeg",          "-hide_banner",
                                     "-nostdin",        "-loglevel",
                                     "error",           "-y",
                                     "-filter_complex", graph,
                                     "-metadata",       "artist=Test Artist",
                                     "-metadata",       std::string("title=") + recipe.title};
    command.insert(command.end(), recipe.encoder.begin(), recipe.encoder.end());
    const std::string unfinished = path.string() + ".unfinished";
    command.insert(command.end(), {"-f", recipe.muxer, unfinished});
    const Finished encoder = run(command);
    if (encoder.exit_code != 0) {
        throw std::runtime_error("ffmpeg cannot make " + path.string() + ": " + encoder.errors);
    }
    std::filesystem::rename(unfinished, path);
}

Media load(const Recipe& recipe) {
    const std::filesystem::path folder = RINGCAST_MEDIA_DIR;
    std::filesystem::create_directories(folder);
    const std::filesystem::path path = folder / recipe.file;
    const int lock = open((path.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    flock(lock, LOCK_EX);
    if (!std::filesystem::exists(path)) {
        make(recipe, path);
    }
    close(lock);
    return {path, read_file(path), recipe.content_type, recipe.muxer, recipe.codec};
}

}  // namespace

std::string Media::audio() const {
    const Walk places = walk(codec, bytes);
    return places.header_bytes > 0 ? bytes : bytes.substr(places.joins.front());
}

std::string name_of(MediaKind kind) {
    switch (kind) {
        case MediaKind::Mp3:
            return "Mp3";
        case MediaKind::OtherMp3:
            return "OtherMp3";
        case MediaKind::Aac:
            return "Aac";
        case MediaKind::Vorbis:
            return "Vorbis";
        case MediaKind::Opus:
            return "Opus";
        case MediaKind::OggFlac:
            return "OggFlac";
        case MediaKind::Flac:
            return "Flac";
        case MediaKind::WebM:
            return "WebM";
    }
    return "";
}

Media media(MediaKind kind) {
    return load(recipe(kind));
}

}  // namespace ringcast::tests::support

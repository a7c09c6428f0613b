// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/audio_tags.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/support/temporary_folder.hpp"

namespace ringcast::server::ingest {
namespace {

using tests::TemporaryFolder;
using tests::write_file;

/// An ID3v2.3 text frame in UTF-16 or Latin-1, as `encoding` says.
std::string text_frame(const std::string& id, char encoding, const std::string& text) {
    const std::size_t size = text.size() + 1;
    return id +
           std::string{
               '\0', '\0',    static_cast<char>(size >> 8U), static_cast<char>(size & 0xFFU), '\0',
               '\0', encoding} +
           text;
}

/// A tag of these frames, then one silent MPEG-1 layer 3 frame (128 kbit/s, 44,100 Hz).
std::string mp3(const std::string& frames) {
    const std::size_t size = frames.size();
    std::string file = "ID3" + std::string{'\3',
                                           '\0',
                                           '\0',
                                           '\0',
                                           '\0',
                                           static_cast<char>(size >> 7U & 0x7FU),
                                           static_cast<char>(size & 0x7FU)};
    return file + frames + "\xFF\xFB\x90\x64" + std::string(413, '\0');
}

TEST(TitleOfFile, IsArtistAndTitle) {
    const TemporaryFolder folder;
    write_file(folder / "track.mp3",
               mp3(text_frame("TIT2", 0, " Ti\xE9tle ") + text_frame("TPE1", 0, "The Artist")));
    EXPECT_EQ(title_of_file(folder / "track.mp3"), "The Artist - Ti\u00E9tle");
}

TEST(TitleOfFile, IsTheTitleAloneWithoutAnArtist) {
    const TemporaryFolder folder;
    write_file(folder / "track.mp3", mp3(text_frame("TIT2", 0, "Title")));
    EXPECT_EQ(title_of_file(folder / "track.mp3"), "Title");
}

TEST(TitleOfFile, IsTheFilesNameWithoutATitle) {
    const TemporaryFolder folder;
    write_file(folder / "01 Morning.show.mp3", mp3(text_frame("TPE1", 0, "Artist")));
    EXPECT_EQ(title_of_file(folder / "01 Morning.show.mp3"), "01 Morning.show");
    EXPECT_EQ(title_of_file(folder / "absent.mp3"), "absent");
    write_file(folder / "notes.txt", "no audio");
    EXPECT_EQ(title_of_file(folder / "notes.txt"), "notes");
}

TEST(TitleOfFile, SurvivesTruncatedAndCorruptFiles) {
    const TemporaryFolder folder;
    const std::string whole = mp3(text_frame("TIT2", 0, "Title") + text_frame("TPE1", 1, "\xFF"));
    const std::uint64_t seed = std::random_device{}();
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    std::mt19937_64 random(seed);
    for (std::size_t length = 0; length < 64; ++length) {
        for (const char* name : {"a.mp3", "a.ogg", "a.flac", "a.aac", "a.m4a", "a.wav"}) {
            std::string corrupt = whole.substr(0, length);
            if (length > 0) {
                corrupt[random() % length] = static_cast<char>(random());
            }
            write_file(folder / name, corrupt);
            EXPECT_FALSE(title_of_file(folder / name).empty());
        }
    }
}

}  // namespace
}  // namespace ringcast::server::ingest

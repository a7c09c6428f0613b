// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/file_input.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <random>

#include "server/runtime/system_clock.hpp"
#include "tests/support/audio_builder.hpp"
#include "tests/support/server_rig.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ringcast::server::ingest {
namespace {

using stations::StationEntry;
using tests::numbered_frames;
using tests::ServerRig;
using tests::TemporaryFolder;

std::string text_of(const tests::Bytes& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

stations::Writer live_writer() {
    stations::Writer writer;
    writer.id = 5;
    writer.content_type = "audio/mpeg";
    return writer;
}

class FileInputTest : public testing::Test {
  protected:
    /// Plays the folder; `type` as the config may say it.
    void play(const std::string& type = {}) {
        stations::StationSettings settings;
        settings.mount = "/demo";
        settings.ring_bytes = std::size_t{1} << 20U;
        settings.input = (folder_ / ".").string();
        settings.type = type;
        entry_ = *rig_.registry.add(settings);
        input_ = std::make_unique<FileInput>(rig_.worker, blocking_, rig_.logger, entry_, 77);
        boost::asio::co_spawn(
            rig_.worker.context,
            [this]() -> boost::asio::awaitable<void> { co_await input_->run(); },
            boost::asio::detached);
    }
    void file(const std::string& name, const std::string& bytes) const {
        tests::write_file(folder_ / name, bytes);
    }
    [[nodiscard]] std::string ring() const {
        const core::BlockRing& ring = entry_->station().ring();
        const auto bytes = ring.read(0, ring.head());
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    [[nodiscard]] bool reaches(std::size_t bytes) {
        return rig_.run_until([&] { return ring().size() >= bytes; });
    }
    void TearDown() override {
        blocking_.stop();
        blocking_.join();
    }

    TemporaryFolder folder_;
    ServerRig rig_;
    boost::asio::thread_pool blocking_{1};
    std::shared_ptr<StationEntry> entry_;
    std::unique_ptr<FileInput> input_;
};

TEST_F(FileInputTest, LoopsItsFilesInNameOrderWithoutTags) {
    std::mt19937 random(1);
    const std::string first = numbered_frames(0, 10);
    const std::string second = numbered_frames(10, 10);
    file("b.mp3", second);
    file("a.mp3", text_of(tests::id3v2_tag(3000, false, random)) + first +
                      text_of(tests::ape_tag(500, random)));
    file("notes.txt", "not audio");
    play();
    const std::string twice = first + second + first + second;
    ASSERT_TRUE(reaches(twice.size()));
    EXPECT_EQ(ring().substr(0, twice.size()), twice);
    EXPECT_EQ(entry_->input_type(), "audio/mpeg");
    EXPECT_EQ(entry_->broadcast().source.content_type, "audio/mpeg");
    EXPECT_EQ(entry_->broadcast().format.bitrate, 128'000U);
}

TEST_F(FileInputTest, PlaysAtThePaceOfItsFrames) {
    file("a.mp3", numbered_frames(0, 1000));  // 24 s
    play();
    ASSERT_TRUE(reaches(1));
    const std::int64_t begun = runtime::steady_microseconds();
    const std::uint64_t media_before = entry_->station().media_time();
    ASSERT_TRUE(
        rig_.run_until([&] { return entry_->station().media_time() >= media_before + 1'000'000; }));
    const std::int64_t took = runtime::steady_microseconds() - begun;
    EXPECT_GE(took, 800'000);
}

TEST_F(FileInputTest, TitleIsTheFilesName) {
    file("Some Song.mp3", numbered_frames(0, 100));
    play();
    ASSERT_TRUE(reaches(1));
    EXPECT_EQ(entry_->now_playing().title, "Some Song");
}

TEST_F(FileInputTest, LiveSourceTakesOverAndItReturnsWithAWholeFrame) {
    const std::string audio = numbered_frames(0, 1000);
    file("a.mp3", audio);
    play();
    ASSERT_TRUE(reaches(1));
    input_->yield_station();
    const std::string before = ring();
    ASSERT_FALSE(entry_->claim(live_writer(), 0));
    const bool fresh = entry_->change_type("audio/mpeg");
    EXPECT_FALSE(fresh);
    ASSERT_TRUE(entry_->station().begin_source("audio/mpeg", fresh));
    const std::string live = numbered_frames(5000, 10);
    tests::publish(*entry_, live);
    rig_.run_for(std::chrono::milliseconds(300));
    EXPECT_EQ(ring(), before + live) << "it waits";
    entry_->station().end_source();
    entry_->release_writer(5, 0);
    ASSERT_TRUE(reaches(before.size() + live.size() + 1));
    const std::string all = ring();
    EXPECT_EQ(all.size() % tests::kNumberedFrameBytes, 0U);
    const std::string after = all.substr(before.size() + live.size());
    EXPECT_EQ(after, audio.substr(before.size(), after.size())) << "it goes on where it was";
}

TEST_F(FileInputTest, FileOfTooFewFramesHoldsNobodyUp) {
    file("a.mp3", numbered_frames(0, 2));
    file("b.mp3", numbered_frames(2, 50));
    play();
    ASSERT_TRUE(reaches(50 * tests::kNumberedFrameBytes));
    EXPECT_NE(ring().find(numbered_frames(2, 50)), std::string::npos);
}

TEST_F(FileInputTest, EndOfAFlacFileIsNoEndlessLoop) {
    std::mt19937 random(3);
    tests::Bytes flac = tests::flac_marker_and_stream_info(44'100, 2, true);
    for (std::uint32_t number = 0; number < 20; ++number) {
        tests::append(flac, tests::flac_frame({.number = number, .block_size = 1024}, random));
    }
    file("a.flac", text_of(flac));
    play();
    const std::size_t once = text_of(flac).size() / 2;
    ASSERT_TRUE(reaches(2 * once)) << "the loop still turns, and the file is played again";
    EXPECT_EQ(ring().substr(0, once), text_of(flac).substr(0, once));
}

TEST_F(FileInputTest, TypeWithoutAPaceIsNotPlayed) {
    file("a.mp3", std::string(500'000, 'x'));
    play("application/octet-stream");
    rig_.run_for(std::chrono::milliseconds(200));
    EXPECT_EQ(ring().size(), 0U);
    EXPECT_EQ(entry_->input_type(), "");
    EXPECT_EQ(entry_->writer().id, 0U);
}

TEST_F(FileInputTest, FilesOfAnotherTypeAreLeftOut) {
    file("a.mp3", numbered_frames(0, 50));
    file("b.aac", std::string(5000, 'x'));
    play();
    ASSERT_TRUE(reaches(100 * tests::kNumberedFrameBytes));
    EXPECT_EQ(ring().substr(0, 100 * tests::kNumberedFrameBytes),
              numbered_frames(0, 50) + numbered_frames(0, 50));
}

}  // namespace
}  // namespace ringcast::server::ingest

// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/log_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "server/runtime/text_escape.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ringcast::server::runtime {
namespace {

using tests::read_file;
using tests::TemporaryFolder;

/// Logs one line through the whole path: logger, queue, thread, sink.
void log_line(LogWriterOptions options, std::string_view text) {
    LogWriter writer(std::move(options));
    Submitter submitter(writer, {});
    const Logger log(submitter, LogLevel::Info);
    log.warning("{}", text);
    submitter.stop();
}

TEST(LogWriter, HumanLineHasTimeLevelAndText) {
    const TemporaryFolder folder;
    log_line({.file = (folder / "log").string()}, "on the air");
    EXPECT_THAT(read_file(folder / "log"),
                testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
                                      "\\.[0-9]{3} warning on the air\n"));
}

TEST(LogWriter, WithoutAFileLinesGoToStandardError) {
    testing::internal::CaptureStderr();
    log_line({}, "on the air");
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(text.ends_with(" warning on the air\n")) << text;
}

TEST(LogWriter, TextFromAPeerCannotForgeALineOrDriveATerminal) {
    const TemporaryFolder folder;
    log_line({.file = (folder / "log").string()}, "a\nb\x1B[2J \xC2\x9B \xFF \u00E9");
    const std::string text = read_file(folder / "log");
    EXPECT_TRUE(text.ends_with("a\\x0Ab\\x1B[2J \\xC2\\x9B \\xFF \u00E9\n")) << text;
}

TEST(LogWriter, JsonLineParsesWhateverThePeerSent) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
    }
    const TemporaryFolder folder;
    log_line({.file = (folder / "log").string(), .format = LogFormat::Json}, all + "\u00E9\"\\");
    const std::string text = read_file(folder / "log");
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
    const auto json = nlohmann::json::parse(text);
    EXPECT_EQ(json.at("level"), "warning");
    EXPECT_EQ(json.size(), 3U);
    const std::string message = json.at("msg");
    EXPECT_EQ(message.substr(0, 128), all.substr(0, 128));
    EXPECT_TRUE(message.ends_with("\u00E9\"\\"));
}

TEST(LogWriter, JsonLineIsExact) {
    std::string line;
    append_json_line(
        line,
        {.time_us = 1'709'295'605'000'042, .level = LogLevel::Info, .text = "say \"hi\"\t\u2026"});
    EXPECT_EQ(line,
              "{\"time\":\"2024-03-01T12:20:05.000042Z\",\"level\":\"info\","
              "\"msg\":\"say \\\"hi\\\"\\u0009\u2026\"}");
}

TEST(LogWriter, ReopenWritesToTheNewFile) {
    const TemporaryFolder folder;
    const auto path = folder / "log";
    LogWriter writer({.file = path.string(), .format = LogFormat::Json});
    std::filesystem::rename(path, folder / "log.1");
    writer.reopen();
    writer.events_shed(EventKind::LogLine, 3);
    writer.batch_end();
    EXPECT_EQ(read_file(folder / "log.1"), "");
    EXPECT_NE(read_file(path).find("3 log lines were lost"), std::string::npos);
}

TEST(LogWriter, FileThatCannotBeOpenedIsReportedAndLinesGoToStandardError) {
    const TemporaryFolder folder;
    tests::write_file(folder / "file", "");
    testing::internal::CaptureStderr();
    log_line({.file = (folder / "file/log").string()}, "on the air");
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_NE(text.find("ringcast: log: Failed opening file"), std::string::npos) << text;
    EXPECT_NE(text.find(" warning on the air\n"), std::string::npos) << text;
}

TEST(LogWriter, FullDiskIsReportedAndDoesNotKill) {
    testing::internal::CaptureStderr();
    log_line({.file = "/dev/full"}, "on the air");
    const std::string text = testing::internal::GetCapturedStderr();
    EXPECT_NE(text.find("No space left on device"), std::string::npos) << text;
}

TEST(TextEscape, JsonReplacesEveryByteThatIsNotUtf8) {
    const auto json = [](std::string_view text) {
        std::string out;
        append_json_string(out, text);
        return out;
    };
    EXPECT_EQ(json("\x80"), "\"\\uFFFD\"");
    EXPECT_EQ(json("\xC3"), "\"\\uFFFD\"");
    EXPECT_EQ(json("\xC0\xAF"), "\"\\uFFFD\\uFFFD\"") << "overlong";
    EXPECT_EQ(json("\xED\xA0\x80"), "\"\\uFFFD\\uFFFD\\uFFFD\"") << "surrogate";
    EXPECT_EQ(json("\xF4\x90\x80\x80"), "\"\\uFFFD\\uFFFD\\uFFFD\\uFFFD\"") << "above 10FFFF";
    EXPECT_EQ(json("\xF0\x9F\x8E"), "\"\\uFFFD\\uFFFD\\uFFFD\"") << "cut";
    EXPECT_EQ(json("\xF0\x9F\x8E\x99\xE2\x82\xAC"), "\"\xF0\x9F\x8E\x99\xE2\x82\xAC\"");
    EXPECT_EQ(json("\x7F\xC2\x85"), "\"\\u007F\\u0085\"") << "controls";
}

}  // namespace
}  // namespace ringcast::server::runtime

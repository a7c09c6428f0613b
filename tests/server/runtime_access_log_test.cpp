// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/access_log.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "tests/support/event_recorder.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ringcast::server::runtime {
namespace {

using tests::read_file;
using tests::TemporaryFolder;

std::array<std::byte, 16> address(const char* text) {
    std::array<std::byte, 16> bytes{};
    EXPECT_EQ(::inet_pton(AF_INET6, text, bytes.data()), 1) << text;
    return bytes;
}

AccessEntry player() {
    return {.remote = address("::ffff:192.0.2.7"),
            .ended_s = 1'709'295'605,  // 2024-03-01 12:20:05 UTC
            .seconds = 61,
            .bytes = 976'562,
            .status = 200,
            .method = "GET",
            .target = "/live.mp3",
            .protocol = "HTTP/1.1",
            .user = "",
            .referer = "http://example.com/",
            .agent = "VLC/3.0.18"};
}

std::string line_of(const AccessEntry& entry) {
    std::string line;
    append_access_line(line, entry);
    return line;
}

class AccessLogTest : public testing::Test {
  protected:
    void SetUp() override {
        ::setenv("TZ", "UTC-2", 1);  // two hours east
        ::tzset();
    }
    void TearDown() override {
        ::unsetenv("TZ");
        ::tzset();
    }
    TemporaryFolder folder_;
};

TEST_F(AccessLogTest, LineIsIcecasts) {
    EXPECT_EQ(line_of(player()),
              "192.0.2.7 - - [01/Mar/2024:14:20:05 +0200] \"GET /live.mp3 HTTP/1.1\" 200 976562 "
              "\"http://example.com/\" \"VLC/3.0.18\" 61\n");
}

TEST_F(AccessLogTest, AbsentTextsAreDashes) {
    EXPECT_EQ(line_of({.remote = address("2001:db8::1")}),
              "2001:db8::1 - - [01/Jan/1970:02:00:00 +0200] \"- - -\" 0 0 \"-\" \"-\" 0\n");
}

TEST_F(AccessLogTest, QueryIsLeftOut) {
    AccessEntry entry = player();
    entry.target = "/admin/metadata?pass=hackme&song=a b";
    EXPECT_NE(line_of(entry).find("\"GET /admin/metadata HTTP/1.1\""), std::string::npos);
    EXPECT_EQ(line_of(entry).find("hackme"), std::string::npos);
}

TEST_F(AccessLogTest, NothingFromAPeerCanForgeALineOrAField) {
    AccessEntry entry = player();
    entry.user = "dj [x] \"";
    entry.target = "/a b\"\r\n1.2.3.4";
    entry.referer = "x\" 200 \\";
    entry.agent = std::string_view("\n\0\x7F\xC3\xA9", 5);
    EXPECT_EQ(line_of(entry),
              "192.0.2.7 - dj%20[x]%20%22 [01/Mar/2024:14:20:05 +0200] "
              "\"GET /a%20b%22%0D%0A1.2.3.4 HTTP/1.1\" 200 976562 \"x%22 200 %5C\" "
              "\"%0A%00%7F%C3%A9\" 61\n");
}

TEST_F(AccessLogTest, EveryByteInEveryTextGivesOneLineWithItsQuotes) {
    for (int byte = 0; byte < 256; ++byte) {
        const std::string text(1, static_cast<char>(byte));
        AccessEntry entry = player();
        entry.method = entry.target = entry.protocol = entry.user = text;
        entry.referer = entry.agent = text;
        const std::string line = line_of(entry);
        EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1) << byte;
        EXPECT_EQ(std::count(line.begin(), line.end(), '"'), 6) << byte;
        EXPECT_TRUE(line.ends_with("\" 61\n")) << byte;
    }
}

TEST_F(AccessLogTest, EntrySurvivesTheQueueWithLongTextsCut) {
    const std::string longer(300, 'x');
    tests::EventRecorder recorder;
    Submitter submitter(recorder, {.slots = 2});
    AccessEntry entry = player();
    entry.method = entry.target = entry.protocol = entry.user = entry.referer = entry.agent =
        longer;
    ASSERT_TRUE(try_submit(submitter, entry));
    ASSERT_TRUE(try_submit(submitter, player()));
    submitter.stop();
    ASSERT_EQ(recorder.events.size(), 2U);
    const AccessEntry cut = unpack_access_entry(recorder.events[0].second);
    const std::string text(kAccessTextBytesMax, 'x');
    EXPECT_EQ(cut.method, text.substr(0, 31));
    EXPECT_EQ(cut.protocol, text.substr(0, 31));
    for (const std::string_view field : {cut.target, cut.user, cut.referer, cut.agent}) {
        EXPECT_EQ(field, text);
    }
    EXPECT_EQ(line_of(unpack_access_entry(recorder.events[1].second)), line_of(player()));
}

TEST_F(AccessLogTest, FullQueueLeavesTheEntryToItsOwnerUncounted) {
    tests::EventRecorder recorder;
    Submitter submitter(recorder, {.slots = 2});
    submitter.stop();
    EXPECT_TRUE(try_submit(submitter, player()));
    EXPECT_TRUE(try_submit(submitter, player()));
    EXPECT_FALSE(try_submit(submitter, player()));
    EXPECT_EQ(submitter.shed(EventKind::AccessEntry), 0U);
}

TEST_F(AccessLogTest, LinesReachTheFileAtFlushAndAreAppended) {
    const auto path = folder_ / "access.log";
    tests::write_file(path, "old\n");
    AccessLog log(path.string());
    log.append(player());
    EXPECT_EQ(read_file(path), "old\n");
    log.flush();
    EXPECT_EQ(read_file(path), "old\n" + line_of(player()));
}

TEST_F(AccessLogTest, ReopenAfterARotationWritesToTheNewFile) {
    const auto path = folder_ / "access.log";
    AccessLog log(path.string());
    log.append(player());
    std::filesystem::rename(path, folder_ / "access.log.1");
    log.reopen();
    log.append(player());
    log.append(player());
    log.flush();
    EXPECT_EQ(read_file(folder_ / "access.log.1"), line_of(player()));
    EXPECT_EQ(read_file(path), line_of(player()) + line_of(player()));
}

TEST_F(AccessLogTest, FileThatCannotBeOpenedIsReportedAndDoesNotKill) {
    testing::internal::CaptureStderr();
    AccessLog log((folder_ / "absent/access.log").string());
    log.append(player());
    log.flush();
    EXPECT_NE(testing::internal::GetCapturedStderr().find("cannot open the access log"),
              std::string::npos);
}

TEST_F(AccessLogTest, FullDiskIsReportedOnceASecondAndDoesNotKill) {
    testing::internal::CaptureStderr();
    AccessLog log("/dev/full");
    for (int i = 0; i < 3; ++i) {
        log.append(player());
        log.flush();
    }
    const std::string errors = testing::internal::GetCapturedStderr();
    EXPECT_NE(errors.find("cannot write the access log /dev/full: No space left"),
              std::string::npos);
    EXPECT_EQ(std::count(errors.begin(), errors.end(), '\n'), 1);
}

}  // namespace
}  // namespace ringcast::server::runtime

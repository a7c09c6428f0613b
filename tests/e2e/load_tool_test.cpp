// SPDX-License-Identifier: Apache-2.0
// ringcast-load's exit codes are what scripts rely on: 0 nothing found, 1 faults, 2 no run.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>

#include "tests/support/http_client.hpp"
#include "tests/support/load_tool.hpp"
#include "tests/support/paced_source.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;
using testing::HasSubstr;

TEST(LoadTool, HelpAndVersionAreNoMistakes) {
    EXPECT_EQ(run({ringcast_load_binary(), "--help"}).exit_code, 0);
    EXPECT_EQ(run({ringcast_load_binary(), "check", "--help"}).exit_code, 0);
    EXPECT_THAT(run({ringcast_load_binary(), "--version"}).output, HasSubstr("ringcast-load 0."));
}

TEST(LoadTool, SaysTwoForArgumentsThatAreWrong) {
    for (const std::vector<std::string>& wrong : std::vector<std::vector<std::string>>{
             {},
             {"hear"},
             {"check"},
             {"listen"},
             {"listen", "http://127.0.0.1:1/live", "--icy", "1.5"},
             {"listen", "ftp://127.0.0.1/live"},
             {"check", "--seconds", "1", "--bitrate", "100"},
             {"check", "--seconds", "1", "--format", "flac"},
             {"check", "--seconds", "1", "--format", "ogg", "--title-every", "1"},
             {"check", "--seconds", "1", "--mount", "/live", "--stations", "2"}}) {
        std::vector<std::string> command = wrong;
        command.insert(command.begin(), ringcast_load_binary());
        const Finished tool = run(command);
        EXPECT_EQ(tool.exit_code, 2) << testing::PrintToString(wrong);
        EXPECT_NE(tool.errors, "") << testing::PrintToString(wrong);
    }
}

TEST(LoadTool, SaysTwoWhenItsSourceIsNotLetIn) {
    TestServer server;
    const LoadReport report = LoadTool({"check", "--port", std::to_string(server.port()),
                                        "--password", "wrong", "--seconds", "1"})
                                  .finish(seconds{30});
    EXPECT_EQ(report.exit_code, 2) << report.text;
    EXPECT_THAT(report.text, HasSubstr("401"));
}

TEST(LoadTool, SaysZeroForAServerThatIsRight) {
    TestServer server;
    const LoadReport report = LoadTool({"check", "--port", std::to_string(server.port()), "--mount",
                                        "/live", "--seconds", "2", "--listeners", "10"})
                                  .finish(seconds{20});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    EXPECT_EQ(report.json.at("passed"), true);
    EXPECT_EQ(report.json.at("listeners").at("streamed"), 10);
}

TEST(LoadTool, TellsTheFormatsOfStationsApart) {
    TestServer server(R"({"stations": [{"mount": "/aac"}, {"mount": "/ogg"}]})");
    const std::string port = std::to_string(server.port());
    const LoadTool aac({"source", "--port", port, "--mount", "/aac", "--format", "aac"});
    const LoadTool ogg({"source", "--port", port, "--mount", "/ogg", "--format", "ogg"});
    const auto streams = [&](const char* mount) {
        const HttpReply head = exchange(server.port(), {.method = "HEAD", .target = mount});
        return head.status() == 200;
    };
    ASSERT_TRUE(eventually([&] { return streams("/aac") && streams("/ogg"); }));
    const LoadReport report = LoadTool({"listen", server.url("/aac"), server.url("/ogg"),
                                        "--listeners", "10", "--seconds", "2", "--strict"})
                                  .finish(seconds{20});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    EXPECT_EQ(report.json.at("listeners").at("streamed"), 10);
}

TEST(LoadTool, SaysOneForAStationThatIsNotThere) {
    TestServer server;
    const LoadReport report =
        LoadTool({"listen", server.url("/live"), "--seconds", "1"}).finish(seconds{20});
    EXPECT_EQ(report.exit_code, 1) << report.text;
    EXPECT_EQ(report.json.at("passed"), false);
    EXPECT_EQ(report.json.at("listeners").at("failed"), 1);
    EXPECT_THAT(report.text, HasSubstr("404"));
}

TEST(LoadTool, SaysOneForBytesThatAreNotItsOwn) {
    TestServer server;
    PacedSource source(server.port(), media(MediaKind::Mp3), 1);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const LoadReport report =
        LoadTool({"listen", server.url("/live"), "--seconds", "2"}).finish(seconds{20});
    EXPECT_EQ(report.exit_code, 1) << report.text;
}

TEST(LoadTool, ReportsWhatItSawWhenInterrupted) {
    TestServer server;
    LoadTool source({"source", "--port", std::to_string(server.port()), "--mount", "/live"});
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    LoadTool listen({"listen", server.url("/live"), "--listeners", "5", "--processes", "2"});
    ASSERT_TRUE(eventually([&] { return server.listeners() == 5; }));
    std::this_thread::sleep_for(seconds{1});  // until each got some audio
    const LoadReport heard = listen.stop();
    EXPECT_EQ(heard.exit_code, 0) << heard.text;
    EXPECT_EQ(heard.json.at("listeners").at("streamed"), 5);
    EXPECT_EQ(source.stop().exit_code, 0);
}

TEST(LoadTool, TakesAsManyProcessesAsItsListenersNeedDescriptors) {
    TestServer server;
    const Finished tool =
        run({"sh", "-c", "ulimit -n 128 && exec \"$0\" \"$@\"", ringcast_load_binary(), "check",
             "--port", std::to_string(server.port()), "--seconds", "2", "--listeners", "300",
             "--strict"});
    EXPECT_EQ(tool.exit_code, 0) << tool.output << tool.errors;
    EXPECT_THAT(tool.output, HasSubstr("300 of 300"));
    EXPECT_THAT(tool.errors, HasSubstr("a process can hold 64 connections"));
}

TEST(LoadTool, SaysTwoWhenItsProcessesCannotHoldTheListeners) {
    const Finished tool =
        run({"sh", "-c", "ulimit -n 128 && exec \"$0\" \"$@\"", ringcast_load_binary(), "listen",
             "http://127.0.0.1:1/live", "--listeners", "300", "--processes", "2"});
    EXPECT_EQ(tool.exit_code, 2);
    EXPECT_THAT(tool.errors, HasSubstr("150 connections are too many"));
}

TEST(LoadTool, SaysOneWhenOneOfItsProcessesDied) {
    TestServer server;
    LoadTool load({"check", "--port", std::to_string(server.port()), "--seconds", "3",
                   "--listeners", "9", "--processes", "3"});
    ASSERT_TRUE(eventually([&] { return server.listeners() == 9; }));
    const std::string pid = std::to_string(load.process().pid());
    pid_t child = 0;
    std::ifstream("/proc/" + pid + "/task/" + pid + "/children") >> child;
    ASSERT_GT(child, 0);
    ::kill(child, SIGKILL);
    const LoadReport report = load.finish(seconds{20});
    EXPECT_EQ(report.exit_code, 1) << report.text;
    EXPECT_EQ(report.json.at("listeners").at("streamed"), 6);
    EXPECT_THAT(report.text, HasSubstr("3 x a process of ringcast-load was killed by signal 9"));
}

}  // namespace
}  // namespace ringcast::tests::e2e

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
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

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
             {"run"},
             {"listen", "http://127.0.0.1:1/live", "--icy", "1.5"},
             {"listen", "ftp://127.0.0.1/live"},
             {"check", "--seconds", "1", "--bitrate", "100"},
             {"check", "--seconds", "1", "--format", "flac"},
             {"check", "--seconds", "1", "--format", "ogg", "--title-every", "1"},
             {"check", "--seconds", "1", "--server-pid", "0"},
             {"check", "--seconds", "1", "--server-pid", "me"},
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

/// Ends TLS in front of a port, with a certificate that it signed itself.
class TlsProxy {
  public:
    explicit TlsProxy(std::uint16_t to) : proxy_(command(folder_, to)) {
        constexpr std::string_view kSays = "listening on AF=2 ";
        EXPECT_TRUE(eventually([&] { return proxy_.errors().find(kSays) != std::string::npos; }));
        const std::string said = proxy_.errors();
        const std::size_t at = said.find(kSays) + kSays.size();
        url_ = "https://" + said.substr(at, said.find('\n', at) - at);
    }
    [[nodiscard]] std::string url(const std::string& path) const { return url_ + path; }

  private:
    static std::vector<std::string> command(const TempDir& folder, std::uint16_t to) {
        const std::string key = folder.file("key.pem").string();
        const std::string certificate = folder.file("certificate.pem").string();
        EXPECT_EQ(run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                       "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=localhost", "-days",
                       "2", "-keyout", key, "-out", certificate})
                      .exit_code,
                  0);
        return {"socat", "-d", "-d",
                "OPENSSL-LISTEN:0,bind=127.0.0.1,fork,verify=0,cert=" + certificate + ",key=" + key,
                "TCP:127.0.0.1:" + std::to_string(to)};
    }

    TempDir folder_;
    Process proxy_;
    std::string url_;
};

TEST(LoadTool, ListensByTls) {
    TestServer server;
    const TlsProxy proxy(server.port());
    const std::string port = std::to_string(server.port());
    const LoadTool source({"source", "--port", port, "--mount", "/live", "--title-every", "1"});
    ASSERT_TRUE(eventually([&] { return !server.title().empty(); }));
    const LoadReport report =
        LoadTool({"listen", proxy.url("/live"), "--listeners", "20", "--seconds", "3", "--icy",
                  "0.5", "--slow", "0.1", "--slow-rate", "4000", "--strict"})
            .finish(seconds{20});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    EXPECT_EQ(report.json.at("listeners").at("streamed"), 20);
    EXPECT_GT(report.json.at("listeners").at("fast").at("frames"), 18 * 150);
}

TEST(LoadTool, SaysThatTlsFailed) {
    TestServer server;  // which speaks none
    const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/live";
    const LoadReport report =
        LoadTool({"listen", url, "--listeners", "3", "--seconds", "1"}).finish(seconds{20});
    EXPECT_EQ(report.exit_code, 1) << report.text;
    EXPECT_EQ(report.json.at("listeners").at("failed"), 3);
}

TEST(LoadTool, SaysWhatTheServerNeeded) {
    TestServer server;
    const std::string pid = std::to_string(server.process().pid());
    const LoadReport report =
        LoadTool({"check", "--port", std::to_string(server.port()), "--mount", "/live", "--seconds",
                  "2", "--listeners", "20", "--server-pid", pid, "--html",
                  server.file("report.html").string()})
            .finish(seconds{20});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    const nlohmann::json& use = report.json.at("server");
    EXPECT_EQ(use.at("pids"), nlohmann::json::array({server.process().pid()}));
    EXPECT_GT(use.at("delivered_bytes"), 20 * 16'000);
    EXPECT_GT(use.at("pss_after_bytes"), 1'000'000);
    EXPECT_GT(use.at("descriptors_max"), 20);
    EXPECT_EQ(use.at("notes"), nlohmann::json::array());
    EXPECT_EQ(use.at("sockets_after").at("sockets"), 21) << "the listeners' and the source's";
    EXPECT_GE(report.json.at("series").at("seconds").size(), 3U);
    EXPECT_GT(report.json.at("machine").at("cores"), 0);
    EXPECT_THAT(read_file(server.file("report.html")),
                AllOf(HasSubstr("Passed"), HasSubstr("CPU: server from"), HasSubstr("</html>")));
}

TEST(LoadTool, SaysThatTheServerEndedAndDoesNotHang) {
    TestServer server;
    LoadTool check({"check", "--port", std::to_string(server.port()), "--mount", "/live",
                    "--seconds", "3", "--server-pid", std::to_string(server.process().pid())});
    ASSERT_TRUE(eventually([&] { return server.listeners() == 1; }));
    server.stop();
    const LoadReport report = check.finish(seconds{20});
    EXPECT_EQ(report.exit_code, 1) << report.text;
    EXPECT_THAT(report.text, HasSubstr("ended during the run"));
}

TEST(LoadTool, ShowsProgressOnATerminalOnly) {
    TestServer server;
    const std::string command = ringcast_load_binary() +
                                " check --mount /live --seconds 3 --port " +
                                std::to_string(server.port());
    // script(1) gives the command a terminal and copies what it shows.
    const Finished shown = run({"script", "-qec", command, "/dev/null"});
    EXPECT_EQ(shown.exit_code, 0) << shown.output;
    EXPECT_THAT(shown.output, HasSubstr(" s  1 sources  1 opened, 1 streaming"));
    const Finished silent = run({"sh", "-c", command});
    EXPECT_EQ(silent.exit_code, 0) << silent.output;
    EXPECT_THAT(silent.output + silent.errors, Not(HasSubstr("1 streaming")));
}

// Stations as loadtest/scenarios/smoke.json wants them.
constexpr const char* kSmokeStations =
    R"({"stations": [{"mount": "/live"}, {"mount": "/low-1"}, {"mount": "/low-2"}]})";

TEST(LoadTool, RunsTheExampleScenario) {
    TestServer server(kSmokeStations);
    const LoadReport report =
        LoadTool({"run", RINGCAST_SMOKE_SCENARIO, "--port", std::to_string(server.port())})
            .finish(seconds{30});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    EXPECT_EQ(report.json.at("command"), "run");
    EXPECT_EQ(report.json.at("listeners").at("streamed"), 31);
    EXPECT_GT(report.json.at("listeners").at("slow").at("bytes"), 0);
    EXPECT_EQ(report.json.at("sources").at("sources"), 3);
    EXPECT_GE(report.json.at("titles").at("set"), 2);
}

TEST(LoadTool, RunsSeveralGroupsInSeveralProcessesEach) {
    TestServer server(R"({"stations": [{"mount": "/live"}, {"mount": "/aac"}]})");
    write_file(server.file("scenario.json"), R"({
        "sources": [{"mount": "/live"}, {"mount": "/aac", "format": "aac"}],
        "listeners": [{"mount": "/live", "count": 9, "processes": 2, "threads": 2},
                      {"mount": "/aac", "count": 6, "processes": 2, "churn": 10}],
        "seconds": 3,
        "strict": true
    })");
    const std::string pid = std::to_string(server.process().pid());
    const LoadReport report = LoadTool({"run", server.file("scenario.json").string(), "--port",
                                        std::to_string(server.port()), "--server-pid", pid})
                                  .finish(seconds{30});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    const nlohmann::json& heard = report.json.at("listeners");
    EXPECT_EQ(heard.at("streamed"), heard.at("listeners"));
    EXPECT_GT(heard.at("left_by_reset"), 0);
    const nlohmann::json& series = report.json.at("series");
    EXPECT_LE(series.at("opened").back(), heard.at("connects")) << "the last look comes before";
    EXPECT_GT(series.at("opened").back(), 15);
    EXPECT_GE(series.at("left").back(), 20);
    EXPECT_EQ(series.at("failed").back(), 0);
    EXPECT_GE(report.json.at("server").at("arrived"), 13) << "some may just have come";
    EXPECT_THAT(report.text, HasSubstr("came and went"));
}

TEST(LoadTool, SaysOneForAThresholdThatIsNotMet) {
    TestServer server;
    write_file(server.file("scenario.json"), R"({
        "sources": [{}],
        "listeners": [{"mount": "/live"}],
        "seconds": 1,
        "thresholds": {"latency_p50_ms": 0, "server_cpu_percent": 800} // nobody is that fast
    })");
    const LoadReport report = LoadTool({"run", server.file("scenario.json").string(), "--port",
                                        std::to_string(server.port())})
                                  .finish(seconds{30});
    EXPECT_EQ(report.exit_code, 1) << report.text;
    EXPECT_THAT(report.text, HasSubstr("ms of latency at p50; latency_p50_ms allows 0"));
    EXPECT_THAT(report.text, HasSubstr("server_cpu_percent could not be judged"));
}

TEST(LoadTool, SaysTwoForAScenarioThatIsWrong) {
    const TempDir dir;
    write_file(dir.file("wrong.json"), R"({"listeners": [{"mount": "/live", "count": -1}]})");
    const Finished tool = run({ringcast_load_binary(), "run", dir.file("wrong.json").string()});
    EXPECT_EQ(tool.exit_code, 2);
    EXPECT_THAT(tool.errors, HasSubstr("listeners[0].count: must be a whole number from 1"));
    EXPECT_EQ(run({ringcast_load_binary(), "run", dir.file("none.json").string()}).exit_code, 2);
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
    EXPECT_EQ(report.json.at("series").at("streaming").back(), 6);
    EXPECT_EQ(report.json.at("series").at("failed").back(), 3);
    EXPECT_THAT(report.text, HasSubstr("3 x a process of ringcast-load was killed by signal 9"));
}

}  // namespace
}  // namespace ringcast::tests::e2e

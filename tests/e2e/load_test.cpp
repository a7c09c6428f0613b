// SPDX-License-Identifier: Apache-2.0
// Many listeners, odd sources and slow readers: every byte is checked by ringcast-load.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <charconv>
#include <cstdlib>

#include "tests/support/http_client.hpp"
#include "tests/support/load_tool.hpp"
#include "tests/support/process_stats.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;
using testing::HasSubstr;

// As a broadcaster has it: every setting of a station defaulted.
constexpr const char* kDefaultStations = R"({"station_defaults": null})";

std::string port_of(const TestServer& server) {
    return std::to_string(server.port());
}

std::vector<std::string> check_command(const TestServer& server,
                                       const std::vector<std::string>& more) {
    std::vector<std::string> command{"check", "--port", port_of(server), "--strict"};
    command.insert(command.end(), more.begin(), more.end());
    return command;
}

/// The number that stands behind `text`; -1 without it.
int number_behind(std::string_view all, std::string_view text) {
    const std::size_t at = all.find(text);
    if (at == std::string_view::npos) {
        return -1;
    }
    int number = -1;
    (void)std::from_chars(all.data() + at + text.size(), all.data() + all.size(), number);
    return number;
}

/// The number in /admin/stats' first element of that name; -1 without one.
int admin_number(const TestServer& server, const std::string& name) {
    const std::string xml =
        get(server.port(), "/admin/stats", {basic_auth("admin", "hackme")}).body;
    return number_behind(xml, "<" + name + ">");
}

#ifdef RINGCAST_ALLOCATION_GUARD_LIBRARY
constexpr int kMany = 2000;

std::vector<std::string> guarded() {
    return {"LD_PRELOAD=" RINGCAST_ALLOCATION_GUARD_LIBRARY};
}

void expect_scopes_without_allocation(const std::string& errors, int sends, int receives) {
    EXPECT_THAT(errors, HasSubstr(" allocations, 0 inside scopes\n"));
    EXPECT_GE(number_behind(errors, "scopes made "), sends) << errors;
    EXPECT_GE(number_behind(errors, " sends and "), receives) << errors;
}
#else
// Sanitizers replace malloc themselves, and make each send many times dearer.
constexpr int kMany = 400;

std::vector<std::string> guarded() {
    return {};
}

void expect_scopes_without_allocation(const std::string& /*errors*/, int /*sends*/,
                                      int /*receives*/) {
}
#endif

TEST(Load, ManyListenersGetEveryByteAndPassesAllocateNothing) {
    constexpr int kSeconds = 30;
    TestServer server(kDefaultStations, guarded());
    LoadTool load(
        check_command(server, {"--listeners", std::to_string(kMany), "--seconds",
                               std::to_string(kSeconds), "--icy", "0.5", "--title-every", "3"}));
    EXPECT_TRUE(eventually([&] { return server.listeners() == kMany; }));
    const LoadReport report = load.finish(seconds{kSeconds + 30});
    ASSERT_EQ(report.exit_code, 0) << report.text;
    const auto& listeners = report.json.at("listeners");
    EXPECT_EQ(listeners.at("streamed"), kMany);
    // 128 kbit/s are 16,000 bytes a second; the last second may still be under way.
    EXPECT_GE(listeners.at("fast").at("bytes").get<double>(), 16'000.0 * kMany * (kSeconds - 1));
    EXPECT_GE(listeners.at("icy").at("titles"), kMany / 2 * 5);
    // At least one send a second for each, and 38 frames a second come from the source.
    expect_scopes_without_allocation(server.stop(), kMany * (kSeconds - 1), 38 * kSeconds / 2);
}

struct OddSource {
    const char* name;
    std::vector<std::string> arguments;
    bool allocates_for_headers = false;  ///< the server's scanner, once, while it reads them
};

class LoadOf : public testing::TestWithParam<OddSource> {};

INSTANTIATE_TEST_SUITE_P(
    Load, LoadOf,
    testing::Values(OddSource{"OneByteWrites", {"--write-bytes", "1"}},
                    OddSource{"BurstsOfThreeSeconds", {"--burst-ms", "3000"}},
                    OddSource{"SlowestStream", {"--bitrate", "32"}},
                    OddSource{"FastestStream", {"--bitrate", "320"}},
                    OddSource{"SourceMethod", {"--login", "source", "--title-every", "2"}},
                    OddSource{"ShoutcastLogin", {"--login", "shoutcast"}},
                    OddSource{"Adts", {"--format", "aac", "--title-every", "2"}},
                    OddSource{"Ogg", {"--format", "ogg"}, true},
                    OddSource{"TwentyStations", {"--mount", "/live-{}", "--stations", "20"}}),
    [](const auto& tested) { return tested.param.name; });

TEST_P(LoadOf, GivesFourHundredListenersEveryByte) {
    TestServer server(R"({"station_defaults": null, "listen": [{"shoutcast_mount": "/live"}]})",
                      guarded());
    std::vector<std::string> arguments = GetParam().arguments;
    arguments.insert(arguments.end(), {"--listeners", "400", "--seconds", "8", "--icy", "0.5"});
    const LoadReport report = LoadTool(check_command(server, arguments)).finish(seconds{40});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    EXPECT_EQ(report.json.at("listeners").at("streamed"), 400);
    if (!GetParam().allocates_for_headers) {
        expect_scopes_without_allocation(server.stop(), 400, 1);
    }
}

class Reconnects : public testing::TestWithParam<OddSource> {};

INSTANTIATE_TEST_SUITE_P(Load, Reconnects,
                         testing::Values(OddSource{"Put", {"--login", "put"}},
                                         OddSource{"Source", {"--login", "source"}},
                                         OddSource{"Shoutcast", {"--login", "shoutcast"}},
                                         OddSource{"Adts", {"--format", "aac"}},
                                         OddSource{"Ogg", {"--format", "ogg"}}),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(Reconnects, LoseNoListenerAndNoByte) {
    TestServer server(R"({"listen": [{"shoutcast_mount": "/live"}]})");
    std::vector<std::string> arguments = GetParam().arguments;
    arguments.insert(arguments.end(), {"--listeners", "100", "--seconds", "10", "--reconnect-every",
                                       "2", "--icy", "0.5"});
    const LoadReport report = LoadTool(check_command(server, arguments)).finish(seconds{40});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    EXPECT_GE(report.json.at("sources").at("drops"), 3);
    EXPECT_GE(report.json.at("listeners").at("fast").at("source_changes"), 300);
}

TEST(Load, SourceThatStallsLosesNoListenerAndNoByte) {
    TestServer server(kDefaultStations);
    LoadTool source({"source", "--port", port_of(server), "--mount", "/live"});
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    LoadTool listen(
        {"listen", server.url("/live"), "--listeners", "200", "--seconds", "12", "--strict"});
    ASSERT_TRUE(eventually([&] { return server.listeners() == 200; }));
    for (int stall = 0; stall < 2; ++stall) {
        source.process().send_signal(SIGSTOP);
        std::this_thread::sleep_for(seconds{3});  // the stall itself
        source.process().send_signal(SIGCONT);
        std::this_thread::sleep_for(seconds{1});
    }
    const LoadReport report = listen.finish(seconds{30});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    const LoadReport sent = source.stop();
    EXPECT_EQ(sent.exit_code, 0) << sent.text;
    EXPECT_GE(sent.json.at("sources").at("lateness_ms").at("max"), 2500) << "it did stall";
}

TEST(Load, SlowReadersCostTheOthersNothing) {
    // A ring of three seconds, so that who reads less than half of it is lapped soon.
    TestServer server(R"({"stations": [{"mount": "/live", "ring": "128KiB", "burst": "1s"}],
                          "pool": {"extent": "64KiB"}, "limits": {"listener_skips_max": 5}})",
                      guarded());
    LoadTool load(
        check_command(server, {"--bitrate", "320", "--listeners", "500", "--slow", "0.2",
                               "--slow-rate", "16000", "--icy", "0.5", "--seconds", "35"}));
    const LoadReport report = load.finish(seconds{60});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    const auto& listeners = report.json.at("listeners");
    EXPECT_EQ(listeners.at("fast").at("gaps"), 0);
    EXPECT_GE(listeners.at("slow").at("gaps"), 20) << report.text;
    EXPECT_GE(listeners.at("slow_closed"), 1) << report.text;
    expect_scopes_without_allocation(server.stop(), 500 * 35, 1);
}

TEST(Load, CountersAreTheTruthThroughStorms) {
    TestServer server(kDefaultStations);
    LoadTool source({"source", "--port", port_of(server), "--mount", "/live"});
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const pid_t pid = server.process().pid();
    ASSERT_TRUE(eventually([&] { return admin_number(server, "clients") == 2; }));
    const std::size_t before = open_descriptors(pid);
    const auto held = [&](int count) {
        return eventually([&] {
            // The source and who asks are clients, too.
            return server.listeners() == count && admin_number(server, "listeners") == count &&
                   admin_number(server, "clients") == count + 2 &&
                   open_descriptors(pid) == before + static_cast<std::size_t>(count);
        });
    };
    for (int storm = 0; storm < 3; ++storm) {
        const auto crowd = [&](const char* listeners) {
            return LoadTool({"listen", server.url("/live"), "--listeners", listeners});
        };
        LoadTool first = crowd("1000");
        LoadTool second = crowd("500");
        EXPECT_TRUE(held(1500)) << server.listeners();
        second.process().send_signal(SIGKILL);
        EXPECT_TRUE(held(1000)) << server.listeners();
        first.process().send_signal(SIGKILL);
        EXPECT_TRUE(held(0)) << server.listeners();
    }
    EXPECT_EQ(server.source().at("listener_peak"), 1500);
}

TEST(Load, ListenersThatComeAndGoGetEveryByteAndLeaveNothing) {
    constexpr int kListeners = 300;
    constexpr int kChurn = 150;
    constexpr int kSeconds = 8;
    TestServer server(kDefaultStations, guarded());
    LoadTool source({"source", "--port", port_of(server), "--mount", "/live"});
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const std::size_t before = open_descriptors(server.process().pid());
    LoadTool listen({"listen", server.url("/live"), "--listeners", std::to_string(kListeners),
                     "--churn", std::to_string(kChurn), "--seconds", std::to_string(kSeconds),
                     "--icy", "0.5", "--slow", "0.1", "--processes", "2", "--strict"});
    const LoadReport report = listen.finish(seconds{kSeconds + 20});
    EXPECT_EQ(report.exit_code, 0) << report.text;
    // Of three who leave, one had not asked to the end, and is no listener.
    const int came = report.json.at("listeners").at("listeners");
    EXPECT_GE(came, kListeners + kChurn * (kSeconds - 2) * 2 / 3) << report.text;
    EXPECT_EQ(report.json.at("listeners").at("streamed"), came);
    EXPECT_TRUE(eventually([&] {
        return server.listeners() == 0 && open_descriptors(server.process().pid()) == before;
    }));
    expect_scopes_without_allocation(server.stop(), kListeners * (kSeconds - 1), 1);
}

}  // namespace
}  // namespace ringcast::tests::e2e

// SPDX-License-Identifier: Apache-2.0
// A scenario file says what the command line says, and each mistake in it is named by its path.
#include "loadtest/scenario_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringcast::loadtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

Scenario parsed(const std::string& text) {
    auto scenario = parse_scenario(text);
    EXPECT_TRUE(scenario) << (scenario ? "" : scenario.error().message);
    return scenario ? *scenario : Scenario{};
}

std::string mistakes(const std::string& text) {
    const auto scenario = parse_scenario(text);
    return scenario ? "" : scenario.error().message;
}

TEST(ScenarioFile, TakesEveryKey) {
    const Scenario scenario = parsed(R"({
        // comments are allowed
        "target": {"host": "::1", "port": 9000, "user": "u", "password": "p"},
        "sources": [{"mount": "/a-{}", "stations": 3, "first_station": 7, "login": "shoutcast",
                     "format": "aac", "kbps": 64, "write_bytes": 1, "burst_ms": 500,
                     "title_every": 2.5, "reconnect_every": 10, "password": "own"}],
        "listeners": [{"mount": "/a-{}", "count": 50, "ramp": 10, "icy": 0.5, "slow": 0.25,
                       "slow_rate": 100, "agent": "me", "threads": 2,
                       "processes": 3, "churn": 20.5,
                       "from": ["127.0.0.2", "127.0.0.3"]},
                      {"url": "http://other/x", "stations": 2}],
        "seconds": 30, "server_pid": [1, 2], "strict": true,
        "thresholds": {"gaps": 3, "latency_p99_ms": 400.5} /* and these */
    })");
    EXPECT_EQ(scenario.host, "::1");
    EXPECT_EQ(scenario.port, 9'000);
    ASSERT_EQ(scenario.sources.size(), 1U);
    const SourceSpec& source = scenario.sources.front();
    EXPECT_EQ(source.mount, "/a-{}");
    EXPECT_EQ(source.stations.count, 3U);
    EXPECT_EQ(source.stations.first, 7U);
    EXPECT_EQ(source.login.kind, LoginKind::Shoutcast);
    EXPECT_EQ(source.login.user, "u") << "from the target";
    EXPECT_EQ(source.login.password, "own");
    EXPECT_EQ(source.format, FormatKind::Aac);
    EXPECT_EQ(source.kbps, 64U);
    EXPECT_EQ(source.write_bytes, 1U);
    EXPECT_EQ(source.burst_ms, 500U);
    EXPECT_EQ(source.title_every_s, 2.5);
    EXPECT_EQ(source.reconnect_every_s, 10);
    ASSERT_EQ(scenario.listeners.size(), 2U);
    const ListenerSpec& listeners = scenario.listeners.front();
    EXPECT_EQ(listeners.count, 50U);
    EXPECT_EQ(listeners.ramp_per_s, 10);
    EXPECT_EQ(listeners.icy_fraction, 0.5);
    EXPECT_EQ(listeners.slow_fraction, 0.25);
    EXPECT_EQ(listeners.slow_bytes_per_s, 100U);
    EXPECT_EQ(listeners.agent, "me");
    EXPECT_EQ(listeners.threads, 2U);
    EXPECT_EQ(listeners.processes, 3U);
    EXPECT_EQ(listeners.churn_per_s, 20.5);
    EXPECT_THAT(listeners.from, ElementsAre("127.0.0.2", "127.0.0.3"));
    EXPECT_FALSE(listeners.stations);
    EXPECT_THAT(scenario.listeners[1].urls, ElementsAre("http://other/x"));
    EXPECT_EQ(scenario.listeners[1].stations->count, 2U);
    EXPECT_EQ(scenario.seconds, 30);
    EXPECT_THAT(scenario.server_pids, ElementsAre(1, 2));
    EXPECT_TRUE(scenario.judgement.strict);
    EXPECT_THAT(scenario.judgement.thresholds,
                ElementsAre(std::pair("gaps", 3), std::pair("latency_p99_ms", 400.5)));
}

TEST(ScenarioFile, NamesThePathOfEachMistakeAndWhatWasExpected) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {R"([])", "the file: must be an object"},
        {R"({})", "the file: must have sources or listeners"},
        {R"({"sources": [{}], "lsteners": []})", "lsteners: is not a known key"},
        {R"({"sources": {}})", "sources: must be a list of at most 64 objects"},
        {R"({"sources": [{}, 5]})", "sources[1]: must be an object"},
        {R"({"sources": [{"mount": 5}]})", "sources[0].mount: must be a string"},
        {R"({"sources": [{"login": "telnet"}]})",
         "sources[0].login: must be one of put-expect, put, source, shoutcast"},
        {R"({"sources": [{"format": "flac"}]})", "sources[0].format: must be one of mp3, aac, ogg"},
        {R"({"sources": [{"login": 1}]})", "sources[0].login: must be one of put-expect"},
        {R"({"sources": [{}], "target": {"port": 70000}})",
         "target.port: must be a whole number from 1 to 65535"},
        {R"({"listeners": [{"mount": "/a"}, {"mount": "/a", "count": 0}]})",
         "listeners[1].count: must be a whole number from 1 to 1000000"},
        {R"({"listeners": [{"mount": "/a", "count": 1.5}]})",
         "listeners[0].count: must be a whole number"},
        {R"({"listeners": [{"mount": "/a", "count": "5"}]})",
         "listeners[0].count: must be a whole number"},
        {R"({"listeners": [{"mount": "/a", "icy": 1.1}]})",
         "listeners[0].icy: must be a number from 0 to 1"},
        {R"({"listeners": [{"mount": "/a", "churn": -1}]})",
         "listeners[0].churn: must be a number from 0 to 100000"},
        {R"({"listeners": [{"mount": "/a", "processes": 257}]})",
         "listeners[0].processes: must be a whole number from 0 to 256"},
        {R"({"listeners": [{"mount": "/a", "from": [1]}]})",
         "listeners[0].from: must be a string or a list of strings"},
        {R"({"listeners": [{}]})", "listeners[0]: must have either a mount or a url"},
        {R"({"listeners": [{"mount": "/a", "url": "http://b/c"}]})",
         "listeners[0]: must have either a mount or a url"},
        {R"({"sources": [{}], "strict": 1})", "strict: must be true or false"},
        {R"({"sources": [{}], "seconds": -1})", "seconds: must be a number from 0 to 2592000"},
        {R"({"sources": [{}], "server_pid": 0})", "server_pid: must be a process's number"},
        {R"({"sources": [{}], "server_pid": [1, "2"]})", "server_pid: must be a process's number"},
        {R"({"sources": [{}], "thresholds": {"gap": 0}})", "thresholds.gap: is not a known key"},
        {R"({"sources": [{}], "thresholds": {"gaps": -1}})",
         "thresholds.gaps: must be a number from 0 to"},
        {R"({"sources": [{"kbps": 64, "kbps": 128}]})", "the key \"kbps\" stands twice"},
    };
    for (const auto& [text, complaint] : cases) {
        EXPECT_THAT(mistakes(text), StartsWith(complaint)) << text;
    }
}

TEST(ScenarioFile, NamesAllMistakesAtOnce) {
    EXPECT_EQ(mistakes(R"({"sources": [{"kbps": 0, "x": 1}], "strict": 2})"),
              "sources[0].kbps: must be a whole number from 1 to 320\n"
              "sources[0].x: is not a known key\n"
              "strict: must be true or false");
}

TEST(ScenarioFile, SaysWhereTheTextIsNoJson) {
    EXPECT_THAT(mistakes("{\n  \"sources\": [,]\n}"), HasSubstr("line 2, column 15"));
    EXPECT_NE(mistakes(""), "");
    EXPECT_NE(mistakes(R"({"seconds": 1e999, "sources": [{}]})"), "");
    EXPECT_NE(mistakes(std::string(100'000, '[')), "");
}

TEST(ScenarioFile, RefusesAFileThatIsNotThere) {
    EXPECT_THAT(load_scenario("/no/such/file.json").error().message,
                StartsWith("/no/such/file.json: cannot be read"));
}

TEST(MakePlan, ExpectsTheStationsOfTheSourcesOnTheSameMount) {
    const auto plan = make_plan(parsed(R"({
        "sources": [{"mount": "/a-{}", "stations": 2, "first_station": 5}],
        "listeners": [{"mount": "/a-{}"}, {"mount": "/b"}, {"mount": "/c-{}", "stations": 3}]})"));
    ASSERT_TRUE(plan) << plan.error().message;
    ASSERT_EQ(plan->fleets.size(), 3U);
    EXPECT_EQ(plan->sources.front().targets.size(), 2U);
    const auto& targets = plan->fleets[0].targets;
    ASSERT_EQ(targets.size(), 2U);
    EXPECT_EQ(targets[0].path, "/a-5");
    EXPECT_EQ(targets[0].station, 5U);
    EXPECT_EQ(targets[1].station, 6U);
    EXPECT_FALSE(plan->fleets[1].targets.at(0).station) << "any station may be there";
    EXPECT_EQ(plan->fleets[2].targets.size(), 3U);
}

TEST(MakePlan, HandsOnWhatTheEngineMustKnow) {
    const auto plan = make_plan(parsed(R"({
        "sources": [{"format": "aac"}, {"mount": "/b"}],
        "listeners": [{"mount": "/live", "churn": 5, "processes": 2}, {"mount": "/b"}]
    })"));
    ASSERT_TRUE(plan);
    EXPECT_EQ(plan->sources[0].options.format, FormatKind::Aac);
    EXPECT_EQ(plan->sources[0].options.login.content_type, "audio/aac");
    EXPECT_EQ(plan->sources[1].options.login.content_type, "audio/mpeg");
    EXPECT_EQ(plan->fleets[0].churn_per_s, 5);
    EXPECT_EQ(plan->fleets[0].processes, 2U);
    EXPECT_EQ(plan->fleets[1].processes, 0U) << "to be chosen";
}

TEST(MakePlan, SaysWhichGroupDoesNotFit) {
    const auto fault = [](const std::string& text) {
        const auto plan = make_plan(parsed(text));
        return plan ? "" : plan.error().message;
    };
    EXPECT_THAT(fault(R"({"sources": [{}, {"kbps": 100}]})"), StartsWith("sources[1]: "));
    EXPECT_THAT(fault(R"({"sources": [{"stations": 2}]})"), HasSubstr("needs {}"));
    EXPECT_THAT(fault(R"({"sources": [{"mount": "live"}]})"), HasSubstr("begins with '/'"));
    EXPECT_THAT(fault(R"({"sources": [{"format": "ogg", "title_every": 1}]})"),
                HasSubstr("ogg has no ICY titles"));
    EXPECT_THAT(fault(R"({"listeners": [{"mount": "live"}]})"), StartsWith("listeners[0]: "));
    EXPECT_THAT(fault(R"({"listeners": [{"mount": "/x-{}"}]})"), HasSubstr("how many stations"));
    EXPECT_THAT(fault(R"({"listeners": [{"url": "ftp://a"}]})"), HasSubstr("not a URL"));
}

}  // namespace
}  // namespace ringcast::loadtest

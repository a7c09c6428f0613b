// SPDX-License-Identifier: Apache-2.0
#include "config/parse.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "tests/config/documents.hpp"

namespace ringcast::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(ParseConfig, TheSmallestFileLeavesAllElseAtItsDefault) {
    const Config config = parse_config(kMinimal).value();
    EXPECT_EQ(config.server.name, "Ringcast");
    EXPECT_EQ(config.server.hostname, "localhost");
    EXPECT_EQ(config.server.location, "");
    EXPECT_EQ(config.server.admin_contact, "");
    EXPECT_EQ(config.server.workers, 0U);
    EXPECT_THAT(config.server.id, StartsWith("Ringcast/"));
    ASSERT_EQ(config.listen.size(), 1U);
    EXPECT_EQ(config.listen[0].address, "::");
    EXPECT_EQ(config.listen[0].port, 8000);
    EXPECT_EQ(config.listen[0].shoutcast_mount, "");
    EXPECT_EQ(config.pool.size, mib(65));
    EXPECT_EQ(config.pool.extent, kib(64));
    EXPECT_EQ(config.limits.listeners, 0U);
    EXPECT_EQ(config.limits.sources, 0U);
    EXPECT_EQ(config.limits.header_timeout, 15s);
    EXPECT_EQ(config.limits.header_size, kib(64));
    EXPECT_EQ(config.limits.source_timeout, 10s);
    EXPECT_EQ(config.limits.listener_stall_timeout, 30s);
    EXPECT_EQ(config.limits.listener_skips_max, 20U);
    EXPECT_EQ(config.fanout.phase, 25ms);
    EXPECT_EQ(config.fanout.delivery_max, 1s);
    EXPECT_EQ(config.log.level, LogLevel::Info);
    EXPECT_EQ(config.log.file, "");
    EXPECT_EQ(config.log.format, LogFormat::Auto);
    EXPECT_EQ(config.log.access_file, "");
    EXPECT_EQ(config.auth.source.user, "source");
    EXPECT_EQ(config.auth.source.password, "hackme");
    EXPECT_EQ(config.auth.admin.user, "admin");
    EXPECT_EQ(config.auth.admin.password, "hackme");
    EXPECT_TRUE(config.dynamic_stations);
}

TEST(ParseConfig, AStationThatOnlyHasAMountIsComplete) {
    const Config config = parse_config(kMinimal).value();
    ASSERT_EQ(config.stations.size(), 1U);
    const Station& station = config.stations[0];
    EXPECT_EQ(station.mount, "/live");
    EXPECT_EQ(station.name + station.description + station.genre + station.url, "");
    EXPECT_EQ(station.type, "");
    EXPECT_EQ(station.bitrate_kbit_s, 0U);
    EXPECT_EQ(station.is_public, std::nullopt);
    EXPECT_EQ(station.ring, mib(1));
    EXPECT_EQ(station.burst, Burst(Duration(4s)));
    EXPECT_EQ(station.delivery, 0s);
    EXPECT_EQ(station.metaint, Bytes{16'000});
    EXPECT_EQ(station.charset, Charset::Utf8);
    EXPECT_EQ(station.max_listeners, 0U);
    EXPECT_EQ(station.takeover, Takeover::Silent);
    EXPECT_EQ(station.user, "source");
    EXPECT_EQ(station.password, "hackme");
    EXPECT_EQ(station.input, "");
}

TEST(ParseConfig, EveryKeyOfAStationLandsInItsMember) {
    const Config config = parse_config(with(R"("stations": [{
        "mount": "/m", "name": "n", "description": "d", "genre": "g", "url": "u",
        "type": "audio/mpeg", "bitrate": 128, "public": true, "ring": "2MiB", "burst": "64KiB",
        "delivery": "50ms", "metaint": 8192, "charset": "latin1", "max_listeners": 7,
        "takeover": "never", "user": "dj", "password": "pw", "input": "i"}])"))
                              .value();
    const Station& station = config.stations.at(0);
    EXPECT_EQ(station.mount, "/m");
    EXPECT_EQ(station.name, "n");
    EXPECT_EQ(station.description, "d");
    EXPECT_EQ(station.genre, "g");
    EXPECT_EQ(station.url, "u");
    EXPECT_EQ(station.type, "audio/mpeg");
    EXPECT_EQ(station.bitrate_kbit_s, 128U);
    EXPECT_EQ(station.is_public, true);
    EXPECT_EQ(station.ring, mib(2));
    EXPECT_EQ(station.burst, Burst(kib(64)));
    EXPECT_EQ(station.delivery, 50ms);
    EXPECT_EQ(station.metaint, Bytes{8'192});
    EXPECT_EQ(station.charset, Charset::Latin1);
    EXPECT_EQ(station.max_listeners, 7U);
    EXPECT_EQ(station.takeover, Takeover::Never);
    EXPECT_EQ(station.user, "dj");
    EXPECT_EQ(station.password, "pw");
    EXPECT_EQ(station.input, "i");
}

TEST(ParseConfig, EveryOtherKeyLandsInItsMember) {
    const Config config = parse_config(R"({
        "server": {"name": "n", "hostname": "h", "location": "l", "admin_contact": "a",
                   "workers": 3, "id": "i"},
        "listen": [{"address": "::1", "port": 1, "shoutcast_mount": "/s"}, {"port": 9}],
        "pool": {"size": "2GiB", "extent": "128KiB"},
        "limits": {"listeners": 1, "sources": 2, "header_timeout": 3, "header_size": 5000,
                   "source_timeout": 5, "listener_stall_timeout": 6, "listener_skips_max": 7},
        "fanout": {"phase": "10ms", "delivery_max": "2s"},
        "log": {"level": "debug", "file": "f", "format": "text", "access_file": "af"},
        "auth": {"source": {"user": "su", "password": "sp"},
                 "admin": {"user": "au", "password": "ap"}},
        "dynamic_stations": true})")
                              .value();
    EXPECT_EQ(config.server.name + config.server.hostname + config.server.location, "nhl");
    EXPECT_EQ(config.server.admin_contact + config.server.id, "ai");
    EXPECT_EQ(config.server.workers, 3U);
    ASSERT_EQ(config.listen.size(), 2U);
    EXPECT_EQ(config.listen[0].address + config.listen[0].shoutcast_mount, "::1/s");
    EXPECT_EQ(config.listen[0].port, 1);
    EXPECT_EQ(config.listen[1].port, 9);
    EXPECT_EQ(config.pool.size, gib(2));
    EXPECT_EQ(config.pool.extent, kib(128));
    EXPECT_EQ(config.limits.listeners, 1U);
    EXPECT_EQ(config.limits.sources, 2U);
    EXPECT_EQ(config.limits.header_timeout, 3s);
    EXPECT_EQ(config.limits.header_size, Bytes{5'000});
    EXPECT_EQ(config.limits.source_timeout, 5s);
    EXPECT_EQ(config.limits.listener_stall_timeout, 6s);
    EXPECT_EQ(config.limits.listener_skips_max, 7U);
    EXPECT_EQ(config.fanout.phase, 10ms);
    EXPECT_EQ(config.fanout.delivery_max, 2s);
    EXPECT_EQ(config.log.level, LogLevel::Debug);
    EXPECT_EQ(config.log.file + config.log.access_file, "faf");
    EXPECT_EQ(config.log.format, LogFormat::Text);
    EXPECT_EQ(config.auth.source.user + config.auth.source.password, "susp");
    EXPECT_EQ(config.auth.admin.user + config.auth.admin.password, "auap");
}

TEST(ParseConfig, WithoutListenThereIsOnePort) {
    const Config config = parse_config(with(R"("stations": [])")).value();
    ASSERT_EQ(config.listen.size(), 1U);
    EXPECT_EQ(config.listen[0].port, 8000);
}

TEST(ParseConfig, StationsTakeWhatTheyDoNotSayFromTheDefaultsWhereverThoseStand) {
    const std::string_view stations =
        R"("stations": [{"mount": "/a"}, {"mount": "/b", "burst": "1s", "genre": ""}])";
    const std::string_view defaults =
        R"("station_defaults": {"burst": "2s", "genre": "Jazz", 
            "password": "pw", "public": false})";
    for (const std::string& text : {with(std::string(stations) + ", " + std::string(defaults)),
                                    with(std::string(defaults) + ", " + std::string(stations))}) {
        const Config config = parse_config(text).value();
        EXPECT_EQ(config.stations.at(0).burst, Burst(Duration(2s)));
        EXPECT_EQ(config.stations.at(0).genre, "Jazz");
        EXPECT_EQ(config.stations.at(0).password, "pw");
        EXPECT_EQ(config.stations.at(0).user, "source");
        EXPECT_EQ(config.stations.at(0).is_public, false);
        EXPECT_EQ(config.stations.at(1).burst, Burst(Duration(1s)));
        EXPECT_EQ(config.stations.at(1).genre, "");
        EXPECT_EQ(config.station_defaults.password, "pw");
        EXPECT_EQ(config.station_defaults.user, "source");
    }
}

TEST(ParseConfig, CommentsOfBothKindsAreSkipped) {
    EXPECT_THAT(messages("// one\n/* two\n// */" + std::string(kMinimal) + "// end"), IsEmpty());
    EXPECT_THAT(messages(with("/* a */ \"pool\" /* b */ : // c\n { } /**/")), IsEmpty());
    EXPECT_THAT(messages(document("server.name", R"("// no /* comment */")")), IsEmpty());
}

TEST(ParseConfig, SyntaxErrorsSayLineAndColumn) {
    EXPECT_THAT(messages("{\n  \"a\": 1,\n  \"b\" 2 }"),
                ElementsAre(StartsWith("line 3, column 7: syntax error while parsing")));
    EXPECT_THAT(messages(""), ElementsAre(StartsWith("line 1, column 1: syntax error")));
    EXPECT_THAT(messages("{} {}"), ElementsAre(StartsWith("line 1, column 4: syntax error")));
    EXPECT_THAT(messages("{\"a\": \"\xff\"}"), ElementsAre(StartsWith("line 1, column 8: ")));
    EXPECT_THAT(messages("{\"a\": 1e999}"),
                ElementsAre("line 1, column 11: number overflow parsing '1e999', last read 1e999"));
    EXPECT_THAT(messages("\n/* "), ElementsAre(StartsWith("line 2, column ")));
    EXPECT_THAT(messages("{\"a\": 1,}"), ElementsAre(StartsWith("line 1, column 9: ")));
}

TEST(ParseConfig, SyntaxErrorsInAnEndlessTokenStayShort) {
    const auto lines = messages("{\"" + std::string(100'000, 'x'));
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_LT(lines[0].size(), 300U);
}

TEST(ParseConfig, UnknownKeysAreRefusedWithTheCloseOneOrAll) {
    EXPECT_THAT(messages(with(R"("servr": {})")),
                ElementsAre("servr: unknown key; did you mean \"server\"?"));
    EXPECT_THAT(messages(with(R"("stations": [{"mount": "/a", "brust": "4s"}])")),
                ElementsAre("stations[0].brust: unknown key; did you mean \"burst\"?"));
    EXPECT_THAT(messages(with(R"("fanout": {"velocity": 1})")),
                ElementsAre("fanout.velocity: unknown key; expected one of phase, delivery_max"));
    EXPECT_THAT(messages(R"({"auth": {"source": {"password": "x"}, "admn": {}}})"),
                ElementsAre("auth.admn: unknown key; did you mean \"admin\"?"));
    EXPECT_THAT(messages(with(R"("pool": {"a\nb": 1})")),
                ElementsAre("pool.a\\u000ab: unknown key; expected one of size, extent"));
    EXPECT_THAT(messages(with(R"("station_defaults": {"mount": "/x"})")),
                ElementsAre(StartsWith("station_defaults.mount: unknown key; expected one of")));
}

TEST(ParseConfig, RepeatedKeysAreRefusedAtEveryLevel) {
    EXPECT_THAT(messages(with(R"("pool": {"size": "1GiB", "extent": "64KiB", "size": "2GiB"})")),
                ElementsAre("pool.size: \"2GiB\" repeats a key; expected each key once"));
    EXPECT_THAT(messages(with(R"("log": {}, "log": {"level": "off"})")),
                ElementsAre("log: {...} repeats a key; expected each key once"));
    EXPECT_THAT(messages(with(R"("stations": [{"mount": "/a", "mount": "/a"}])")),
                ElementsAre("stations[0].mount: \"/a\" repeats a key; expected each key once"));
    EXPECT_THAT(messages(R"({"auth": {"source": {"password": "a", "password": "b"}}})"),
                ElementsAre("auth.source.password: *** repeats a key; expected each key once"));
}

TEST(ParseConfig, ObjectsAndArraysMustBeThat) {
    EXPECT_THAT(messages("[]"), ElementsAre("[] is not an object; expected {...}"));
    EXPECT_THAT(messages("null"), ElementsAre("null is not an object; expected {...}"));
    EXPECT_THAT(messages(with(R"("server": [])")),
                ElementsAre("server: [] is not an object; expected {...}"));
    EXPECT_THAT(messages(with(R"("listen": {"port": 1})")),
                ElementsAre("listen: {...} is not an array; expected [...]"));
    EXPECT_THAT(messages(with(R"("stations": ["/live"])")),
                ElementsAre("stations[0]: \"/live\" is not an object; expected {...}"));
}

TEST(ParseConfig, ArraysAreBounded) {
    EXPECT_THAT(messages(with(R"("listen": [])")),
                ElementsAre("listen: [] has 0 entries; expected 1 to 64"));
    const auto filled = [](std::string_view item, int count) {
        std::string items;
        for (int index = 0; index < count; ++index) {
            items += (index == 0 ? "" : ",") + std::string(item);
        }
        return items;
    };
    EXPECT_THAT(messages(with("\"listen\": [" + filled(R"({"port": 0})", 64) + "]")), IsEmpty());
    EXPECT_THAT(messages(with("\"listen\": [" + filled(R"({"port": 0})", 65) + "]")),
                ElementsAre("listen: [...] has 65 entries; expected 1 to 64"));
    EXPECT_THAT(messages(with("\"stations\": [" + filled("{}", 10'001) + "]")),
                ElementsAre("stations: [...] has 10001 entries; expected 0 to 10000"));
}

TEST(ParseConfig, TextsThatOnlyExhaustMemoryAreRefused) {
    EXPECT_THAT(messages(std::string(1'000'000, '[')),
                ElementsAre("objects and arrays nested too deeply; expected at most 8"));
    std::string keys;
    std::string items;
    for (int index = 0; index < 257; ++index) {
        keys += ", \"k" + std::to_string(index) + "\": 0";
    }
    EXPECT_THAT(messages("{\"k\": 0" + keys + "}"),
                ElementsAre("too many keys in one object; expected at most 256"));
    for (int index = 0; index < 500'001; ++index) {
        items += "0,";
    }
    EXPECT_THAT(messages("[" + items + "0]"),
                ElementsAre("too many values; expected at most 500000"));
}

TEST(ParseConfig, AllFaultsAreToldAtOnceUpToAHundred) {
    EXPECT_THAT(messages(R"({"server": {"workers": -1, "id": 2}, "auth": {"source": {}},
                             "stations": [{"mount": "/a", "ring": 1}, {}]})"),
                ElementsAre(StartsWith("server.workers: -1 is out of range"),
                            StartsWith("server.id: 2 is not a text"),
                            StartsWith("auth.source.password: missing; expected a plain password"),
                            StartsWith("stations[0].ring: 1 is out of range"),
                            StartsWith("stations[1].mount: missing; expected a path")));
    std::string stations = "{}";
    for (int index = 0; index < 200; ++index) {
        stations += ",{}";
    }
    EXPECT_EQ(messages(with("\"stations\": [" + stations + "]")).size(), kErrorsMax);
}

TEST(ParseConfig, ValueOfABadConfigThrowsItsMessages) {
    EXPECT_THROW(parse_config("{}").value(), std::runtime_error);
}

class LoadConfig : public testing::Test {
  protected:
    void TearDown() override { std::filesystem::remove(path_); }

    std::vector<std::string> messages_of_file(const std::string& text) {
        std::ofstream(path_, std::ios::binary) << text;
        std::vector<std::string> lines;
        const auto config = load_config(path_);
        for (const Error& error : config.has_error() ? config.error() : Errors{}) {
            lines.push_back(to_string(error));
        }
        return lines;
    }

    std::string path_ = testing::TempDir() + "ringcast_" +
                        testing::UnitTest::GetInstance()->current_test_info()->name() + ".json";
};

TEST_F(LoadConfig, ReadsAFile) {
    EXPECT_THAT(messages_of_file(std::string(kMinimal)), IsEmpty());
    EXPECT_THAT(messages_of_file("{"), ElementsAre(StartsWith("line 1, column 2: ")));
}

TEST_F(LoadConfig, SaysWhyAFileCannotBeRead) {
    EXPECT_EQ(to_string(load_config(path_).error().at(0)),
              path_ + ": cannot be opened: No such file or directory");
    EXPECT_EQ(to_string(load_config("/").error().at(0)), "/: cannot be read: Is a directory");
}

TEST_F(LoadConfig, RefusesAFileBeyond16MiB) {
    const std::string fill(kFileBytesMax - kMinimal.size(), ' ');
    EXPECT_THAT(messages_of_file(std::string(kMinimal) + fill), IsEmpty());
    EXPECT_THAT(messages_of_file(std::string(kMinimal) + fill + " "),
                ElementsAre(path_ + ": is larger than 16MiB"));
}

}  // namespace
}  // namespace ringcast::config

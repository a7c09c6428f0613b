// SPDX-License-Identifier: Apache-2.0
// Rules across values.
#include "config/validate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/parse.hpp"
#include "tests/config/documents.hpp"

namespace ringcast::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Validate, MountsAreUsedOnce) {
    EXPECT_THAT(
        messages(with(R"("stations": [{"mount": "/a"}, {"mount": "/b"}, {"mount": "/a"}])")),
        ElementsAre(
            R"(stations[2].mount: "/a" is the mount of stations[0]; expected a mount of its own)"));
    EXPECT_THAT(messages(with(R"("stations": [{"mount": "/a"}, {"mount": "/A"}])")), IsEmpty());
}

TEST(Validate, RingsAreRoundedUpToExtentsAndThePoolHoldsThemAnd64MiB) {
    const Config config = parse_config(with(R"("pool": {"extent": "192KiB"},
            "stations": [{"mount": "/a", "ring": "1MiB"}, {"mount": "/b", "ring": "192KiB"}])"))
                              .value();
    EXPECT_EQ(config.stations.at(0).ring, kib(1'152));
    EXPECT_EQ(config.stations.at(1).ring, kib(192));
    EXPECT_EQ(config.station_defaults.ring, kib(1'152));
    // 1152 + 192 + 65536 KiB, rounded up to 192 KiB.
    EXPECT_EQ(config.pool.size, kib(67'008));
}

TEST(Validate, APoolThatDoesNotHoldTheConfiguredRingsIsRefused) {
    const std::string stations =
        R"(, "stations": [{"mount": "/a"}, {"mount": "/b", "ring": "1025KiB"}])";
    EXPECT_THAT(messages(with(R"("pool": {"size": "2113KiB"})" + stations)), IsEmpty());
    EXPECT_THAT(messages(with(R"("pool": {"size": "2112KiB"})" + stations)), IsEmpty());
    EXPECT_THAT(messages(with(R"("pool": {"size": "2048KiB"})" + stations)),
                ElementsAre("pool.size: 2MiB does not hold the rings of the configured stations; "
                            "expected at least 2112KiB"));
}

TEST(Validate, ExtentsAreMultiplesOf64KiB) {
    EXPECT_THAT(messages(with(R"("pool": {"extent": "96KiB"})")),
                ElementsAre("pool.extent: 96KiB is not a multiple of 64KiB; expected 128KiB"));
    EXPECT_THAT(messages(with(R"("pool": {"extent": "128KiB"})")), IsEmpty());
}

TEST(Validate, ABurstInBytesIsAtMostHalfTheRing) {
    const std::string ring = R"("ring": "1MiB", )";
    const auto station = [](const std::string& members) {
        return with(R"("stations": [{"mount": "/a", )" + members + "}]");
    };
    EXPECT_THAT(messages(station(ring + R"("burst": "512KiB")")), IsEmpty());
    EXPECT_THAT(messages(station(ring + R"("burst": "524289B")")),
                ElementsAre(R"(stations[0].burst: "524289B" is more than half the ring; expected )"
                            "at most 512KiB"));
    EXPECT_THAT(messages(with(R"("station_defaults": {"burst": "600KiB"},
                                 "stations": [{"mount": "/a"}, {"mount": "/b", "ring": "2MiB"},
                                              {"mount": "/c", "ring": "512KiB"}])")),
                ElementsAre(R"(station_defaults.burst: "600KiB" is more than half the ring; )"
                            "expected at most 512KiB",
                            R"(stations[2].burst: "600KiB" is more than half the ring; )"
                            "expected at most 256KiB"));
}

TEST(Validate, DeliveriesAreWithinTheFanout) {
    EXPECT_THAT(messages(with(R"("station_defaults": {"delivery": "2s"})")),
                ElementsAre(R"(station_defaults.delivery: "2s" is not within fanout.phase and )"
                            R"(fanout.delivery_max; expected 25ms to 1s, or "auto")"));
    EXPECT_THAT(messages(with(R"("fanout": {"delivery_max": "2s"},
                                 "stations": [{"mount": "/a", "delivery": "2s"}])")),
                IsEmpty());
    EXPECT_THAT(messages(with(R"("fanout": {"phase": "100ms"},
                                 "stations": [{"mount": "/a", "delivery": "50ms"}])")),
                ElementsAre(R"(stations[0].delivery: "50ms" is not within fanout.phase and )"
                            R"(fanout.delivery_max; expected 100ms to 1s, or "auto")"));
    EXPECT_THAT(messages(with(R"("fanout": {"phase": "1s", "delivery_max": "500ms"})")),
                ElementsAre(R"(fanout.delivery_max: "500ms" is below fanout.phase; expected )"
                            "at least 1s"));
}

TEST(Validate, SourceCredentialsAreThereForWhoeverMayGoLive) {
    EXPECT_THAT(messages("{}"), ElementsAre("auth.source.password: missing; expected a password, "
                                            "as dynamic_stations is true"));
    EXPECT_THAT(messages(R"({"dynamic_stations": false, "stations": [
                               {"mount": "/a", "password": "x"}, {"mount": "/b"}]})"),
                ElementsAre("auth.source.password: missing; expected a password, "
                            "as stations[1] has none of its own"));
    EXPECT_THAT(messages(R"({"dynamic_stations": false,
                             "stations": [{"mount": "/a", "password": "x"}]})"),
                IsEmpty());
    EXPECT_THAT(messages(R"({"station_defaults": {"password": "x"},
                             "stations": [{"mount": "/a"}]})"),
                IsEmpty());
}

TEST(Validate, AStationsCredentialsReplaceThoseOfAllSourcesOneByOne) {
    const Config config = parse_config(with(R"("stations": [{"mount": "/a", "user": "dj"},
                                                  {"mount": "/b", "password": "pw"}])"))
                              .value();
    EXPECT_EQ(config.stations.at(0).user + ":" + config.stations.at(0).password, "dj:hackme");
    EXPECT_EQ(config.stations.at(1).user + ":" + config.stations.at(1).password, "source:pw");
}

TEST(Validate, WithoutAnAdminPasswordThereIsNone) {
    EXPECT_EQ(parse_config(with(R"("stations": [])"))->auth.admin.password, "");
}

TEST(Validate, PortsAreTakenOnce) {
    EXPECT_THAT(messages(with(R"("listen": [{"port": 8000}, {"port": 8000}])")),
                ElementsAre("listen[1].port: port 8000 is taken by listen[0].port; expected "
                            "another port or address"));
    EXPECT_THAT(messages(with(R"("listen": [{"address": "::1"}, {"address": "0:0::1"}])")),
                ElementsAre("listen[1].port: port 8000 is taken by listen[0].port; expected "
                            "another port or address"));
    EXPECT_THAT(messages(with(R"("listen": [{"address": "0.0.0.0"}, {"address": "::"}])")),
                ElementsAre("listen[1].port: port 8000 is taken by listen[0].port; expected "
                            "another port or address"));
    EXPECT_THAT(messages(with(R"("listen": [{"address": "127.0.0.1"}, {"address": "::1"}])")),
                IsEmpty());
    EXPECT_THAT(messages(with(R"("listen": [{"port": 0}, {"port": 0}])")), IsEmpty());
}

TEST(Validate, AShoutcastMountTakesTheNextPortToo) {
    EXPECT_THAT(messages(with(R"("listen": [{"port": 8000, "shoutcast_mount": "/a"},
                                            {"port": 8001}])")),
                ElementsAre("listen[1].port: port 8001 is taken by listen[0].shoutcast_mount; "
                            "expected another port or address"));
    EXPECT_THAT(messages(with(R"("listen": [{"port": 65535, "shoutcast_mount": "/a"}])")),
                ElementsAre("listen[0].port: 65535 leaves no next port for shoutcast_mount; "
                            "expected at most 65534"));
    EXPECT_THAT(messages(with(R"("listen": [{"port": 65535}])")), IsEmpty());
}

TEST(Validate, AShoutcastMountIsAStationUnlessStationsAreDynamic) {
    const std::string text = R"("listen": [{"shoutcast_mount": "/a"}], "stations": [{"mount": )";
    EXPECT_THAT(messages(with(text + R"("/b"}], "dynamic_stations": false)")),
                ElementsAre(R"(listen[0].shoutcast_mount: "/a" is no configured station; expected )"
                            "the mount of one, as dynamic_stations is false"));
    EXPECT_THAT(messages(with(text + R"("/a"}], "dynamic_stations": false)")), IsEmpty());
    EXPECT_THAT(messages(with(text + R"("/b"}])")), IsEmpty());
}

TEST(Validate, TenThousandStationsOfTheLargestRingDoNotOverflow) {
    Config config;
    config.auth.source.password = "x";
    config.stations.resize(10'000);
    for (std::size_t index = 0; index < config.stations.size(); ++index) {
        config.stations[index].mount = "/" + std::to_string(index);
        config.stations[index].ring = gib(1);
    }
    EXPECT_THAT(complete(config), IsEmpty());
    EXPECT_EQ(config.pool.size.count, gib(10'000).count + mib(64).count);
}

}  // namespace
}  // namespace ringcast::config

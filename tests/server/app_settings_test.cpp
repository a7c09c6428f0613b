// SPDX-License-Identifier: Apache-2.0
#include "server/app/settings.hpp"

#include <gtest/gtest.h>

#include "config/parse.hpp"
#include "server/app/fit.hpp"
#include "tests/support/temporary_folder.hpp"

namespace ringcast::server::app {
namespace {

using namespace std::chrono_literals;

config::Config parsed(const std::string& text) {
    auto config = config::parse_config(text);
    EXPECT_TRUE(config.has_value()) << text;
    return config ? *config : config::Config{};
}

core::PoolCapacity capacity(std::uint32_t sources) {
    core::PoolCapacity result;
    result.sources = sources;
    return result;
}

constexpr const char* kAuth = R"("auth": {"source": {"password": "hackme"}},)";

TEST(Settings, StationIsTakenOverInAllItsParts) {
    const config::Config config = parsed(std::string("{") + kAuth + R"("stations": [{
        "mount": "/live", "name": "N", "description": "D", "genre": "G", "url": "http://u",
        "type": "audio/aac", "bitrate": 96, "public": true, "ring": "2MiB", "burst": "5s",
        "delivery": "250ms", "metaint": 8192, "charset": "ISO-8859-1", "max_listeners": 7,
        "takeover": "never", "user": "dj", "password": "secret"}]})");
    ASSERT_EQ(config.stations.size(), 1U);
    const stations::StationSettings settings = station_settings(config.stations[0]);
    EXPECT_EQ(settings.mount, "/live");
    EXPECT_EQ(settings.name, "N");
    EXPECT_EQ(settings.description, "D");
    EXPECT_EQ(settings.genre, "G");
    EXPECT_EQ(settings.url, "http://u");
    EXPECT_EQ(settings.type, "audio/aac");
    EXPECT_EQ(settings.bitrate, 96U);
    EXPECT_EQ(settings.is_public, true);
    EXPECT_EQ(settings.ring_bytes, 2U << 20U);
    EXPECT_EQ(settings.burst.us, 5'000'000U);
    EXPECT_EQ(settings.burst.bytes, 0U);
    EXPECT_EQ(settings.delivery_ms, 250U);
    EXPECT_EQ(settings.metaint, 8192U);
    EXPECT_EQ(settings.charset, http::Charset::Latin1);
    EXPECT_EQ(settings.max_listeners, 7U);
    EXPECT_EQ(settings.takeover, stations::Takeover::Never);
    EXPECT_EQ(settings.user, "dj");
    EXPECT_EQ(settings.password, "secret");
    EXPECT_FALSE(settings.dynamic);
}

TEST(Settings, BurstMayBeASize) {
    config::Station station;
    station.burst = config::kib(64);
    EXPECT_EQ(station_settings(station).burst.bytes, 65'536U);
    EXPECT_EQ(station_settings(station).burst.us, 0U);
}

TEST(Settings, LogIsOffWhenTheConfigSaysSo) {
    EXPECT_EQ(log_level(config::LogLevel::Off), runtime::LogLevel::Off);
    EXPECT_EQ(log_level(config::LogLevel::Critical), runtime::LogLevel::Error);
    EXPECT_EQ(log_level(config::LogLevel::Trace), runtime::LogLevel::Debug);
}

TEST(Settings, StallTimeoutIsNeverRoundedToOff) {
    config::Config config;
    config.limits.listener_stall_timeout = 1500ms;
    EXPECT_EQ(fanout_options(config).stall_timeout_s, 2U);
    config.limits.listener_stall_timeout = 0ms;
    EXPECT_EQ(fanout_options(config).stall_timeout_s, 0U);
}

TEST(Settings, PoolHasARecordForEveryStationThatFits) {
    const config::Config config = parsed(std::string("{") + kAuth + R"(
        "pool": {"size": "8MiB"}, "station_defaults": {"ring": "1MiB"},
        "stations": [{"mount": "/a", "ring": "2MiB"}, {"mount": "/b"}]})");
    const core::PoolCapacity capacity = pool_capacity(config, 1000);
    EXPECT_EQ(capacity.extents * capacity.extent_bytes, 8U << 20U);
    EXPECT_EQ(capacity.stations, 2U + 5U);
    EXPECT_EQ(capacity.sources, capacity.stations);
}

TEST(Settings, HugePoolDoesNotAskForHugeTables) {
    const config::Config config = parsed(std::string("{") + kAuth + R"(
        "pool": {"size": "1024GiB"}, "station_defaults": {"ring": "64KiB", "burst": "16KiB"}})");
    EXPECT_LE(pool_capacity(config, 1000).stations, 20'000U);
}

TEST(Settings, SourcesAreLimitedByTheConfigOrThePool) {
    config::Config config;
    EXPECT_EQ(source_limit(config, capacity(5)), 5U);
    config.limits.sources = 3;
    EXPECT_EQ(source_limit(config, capacity(5)), 3U);
    config.limits.sources = 9;
    EXPECT_EQ(source_limit(config, capacity(5)), 5U);
}

TEST(Fit, ConfiguredStationsFitTheirOwnPool) {
    EXPECT_TRUE(check_fit(parsed(std::string("{") + kAuth + R"("stations": [{"mount": "/a"}]})")));
}

TEST(Fit, InputThatIsNotThereIsNamed) {
    const config::Config config = parsed(
        std::string("{") + kAuth +
        R"("stations": [{"mount": "/a"}, {"mount": "/b", "input": "/nowhere/at/all.mp3"}]})");
    const core::Result<void> fit = check_fit(config);
    ASSERT_FALSE(fit);
    EXPECT_EQ(fit.error().message,
              "stations[1].input: /nowhere/at/all.mp3: No such file or directory");
}

TEST(Fit, InputThatIsThereIsFine) {
    const tests::TemporaryFolder folder;
    config::Config config = parsed(std::string("{") + kAuth + R"("stations": [{"mount": "/a"}]})");
    config.stations[0].input = (folder / ".").string();
    EXPECT_TRUE(check_fit(config));
}

}  // namespace
}  // namespace ringcast::server::app

// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "server/admin/stats_fields.hpp"
#include "server/admin/stats_xml.hpp"
#include "server/admin/status_json.hpp"

namespace ringcast::server::admin {
namespace {

using Json = nlohmann::ordered_json;
using testing::HasSubstr;
using testing::Not;

StationStats station(std::string mount) {
    StationStats stats;
    stats.mount = std::move(mount);
    stats.listenurl = "http://h:8000" + stats.mount;
    stats.server_type = "audio/mpeg";
    stats.title = "1999";
    stats.bitrate = 128;
    stats.listeners = 3;
    stats.user_agent = "enc";
    stats.source_ip = "1.2.3.4";
    return stats;
}

StatsSnapshot snapshot(std::vector<StationStats> stations) {
    StatsSnapshot all;
    all.global.admin = "a@b";
    all.global.host = "h";
    all.global.location = "Earth";
    all.global.server_id = "Ringcast/1";
    all.global.server_start = std::chrono::sys_seconds(std::chrono::seconds(1795261652));
    all.stations = std::move(stations);
    return all;
}

Json icestats(const StatsSnapshot& all, std::optional<std::string_view> mount = std::nullopt) {
    return Json::parse(status_json_reply(all, mount).body).at("icestats");
}

std::vector<std::string> keys(const Json& object) {
    std::vector<std::string> names;
    for (const auto& item : object.items()) {
        names.push_back(item.key());
    }
    return names;
}

TEST(StatusJson, HasTheKeysOfIcecastInItsOrder) {
    const Json stats = icestats(snapshot({station("/m")}));
    EXPECT_THAT(keys(stats),
                testing::ElementsAre("admin", "host", "location", "server_id", "server_start",
                                     "server_start_iso8601", "source"));
    EXPECT_EQ(stats["server_start"], "Sat, 21 Nov 2026 11:47:32 +0000");
    EXPECT_EQ(stats["server_start_iso8601"], "2026-11-21T11:47:32+0000");
    EXPECT_THAT(
        keys(stats["source"]),
        testing::ElementsAre("bitrate", "genre", "listener_peak", "listeners", "listenurl",
                             "server_description", "server_name", "server_type", "stream_start",
                             "stream_start_iso8601", "title", "yp_currently_playing", "dummy"));
    EXPECT_EQ(stats["source"]["server_name"], "Unspecified name");
    EXPECT_TRUE(stats["source"]["dummy"].is_null());
}

TEST(StatusJson, SourceIsAbsentAnObjectOrAnArray) {
    EXPECT_FALSE(icestats(snapshot({})).contains("source"));
    EXPECT_TRUE(icestats(snapshot({station("/a")}))["source"].is_object());
    const Json two = icestats(snapshot({station("/b"), station("/a")}))["source"];
    ASSERT_TRUE(two.is_array());
    EXPECT_EQ(two[0]["listenurl"], "http://h:8000/a");
}

TEST(StatusJson, FiltersByMount) {
    const StatsSnapshot all = snapshot({station("/a"), station("/b")});
    EXPECT_EQ(icestats(all, "/b")["source"]["listenurl"], "http://h:8000/b");
    EXPECT_FALSE(icestats(all, "/c").contains("source"));
}

TEST(StatusJson, TextsAreStringsAndNumbersAreNumbers) {
    StationStats stats = station("/m");
    stats.server_name = "true";
    stats.audio_info_items = {{"samplerate", "44100"}, {"quality", "0.4"}, {"lead", "007"}};
    for (const char* title : {"1999", " - ", "null", "true", "\"\\", "1e5"}) {
        stats.title = title;
        const Json source = icestats(snapshot({stats}))["source"];
        EXPECT_TRUE(source["title"].is_string());
        EXPECT_EQ(source["title"], title);
        EXPECT_EQ(source["yp_currently_playing"], title);
        EXPECT_EQ(source["server_name"], "true");
        EXPECT_EQ(source["bitrate"], 128);
        EXPECT_EQ(source["samplerate"], 44100);
        EXPECT_EQ(source["quality"], "0.4");
        EXPECT_EQ(source["lead"], "007");
    }
}

TEST(StatusJson, BytesThatAreNoUtf8DoNotBreakIt) {
    StationStats stats = station("/m\xff");
    stats.title = "\xe9\xff";
    EXPECT_TRUE(Json::accept(status_json_reply(snapshot({stats}), std::nullopt).body));
}

TEST(StationFields, ASourceCannotSetOurKeysByAudioInfo) {
    StationStats stats = station("/m");
    stats.audio_info_items = {{"listeners", "9999"}, {"artist", "x"}, {"bitrate", "1"},
                              {"source_ip", "y"},    {"k", "1"},      {"k", "2"}};
    int listeners = 0;
    for (const StatsField& field : station_fields(stats)) {
        listeners += field.key == "listeners" ? 1 : 0;
        EXPECT_NE(field.key, "artist");
        if (field.key == "bitrate") {
            EXPECT_EQ(std::get<std::uint64_t>(field.value), 128U);
        }
        if (field.key == "k") {
            EXPECT_EQ(std::get<std::uint64_t>(field.value), 1U);
        }
    }
    EXPECT_EQ(listeners, 1);
}

TEST(StationFields, AreAlphabetical) {
    const auto fields = station_fields(station("/m"));
    EXPECT_TRUE(std::is_sorted(fields.begin(), fields.end(),
                               [](const auto& a, const auto& b) { return a.key < b.key; }));
}

TEST(StatsXml, HasTheShapeOfIcecast) {
    StatsSnapshot all = snapshot({station("/b"), station("/a")});
    all.global.listeners = 6;
    const http::Reply reply = stats_xml_reply(all, std::nullopt);
    EXPECT_EQ(reply.content_type, "text/xml; charset=utf-8");
    EXPECT_THAT(reply.body, testing::StartsWith("<?xml version=\"1.0\"?>\n<icestats><admin>a@b"
                                                "</admin><client_connections>0"));
    EXPECT_THAT(reply.body, HasSubstr("<listeners>6</listeners><location>Earth</location>"));
    EXPECT_THAT(reply.body, HasSubstr("<stats_connections>0</stats_connections>"
                                      "<source mount=\"/a\"><bitrate>128</bitrate>"));
    EXPECT_THAT(reply.body, HasSubstr("<max_listeners>unlimited</max_listeners>"
                                      "<public>0</public>"));
    EXPECT_THAT(reply.body, HasSubstr("<user_agent>enc</user_agent>"));
    EXPECT_LT(reply.body.find("mount=\"/a\""), reply.body.find("mount=\"/b\""));
    EXPECT_THAT(stats_xml_reply(all, "/b").body, Not(HasSubstr("mount=\"/a\"")));
}

TEST(StatsXml, IsAsciiAndSurvivesAReaderThatDecodesFirst) {
    StationStats stats = station("/m\"x");
    stats.title = "<b>Bj\xc3\xb6rk</b> & \xf0\x9f\x8e\xb5 \x01 \xe2\x82\xac";
    const std::string xml = stats_xml_reply(snapshot({stats}), std::nullopt).body;
    EXPECT_THAT(xml, HasSubstr("<title>&#8249;b&#8250;Bj&#246;rk&#8249;/b&#8250; &amp; &#127925; "
                               "  &#8364;</title>"));
    EXPECT_THAT(xml, HasSubstr("mount=\"/m&quot;x\""));
    EXPECT_TRUE(std::all_of(xml.begin(), xml.end(),
                            [](char c) { return static_cast<unsigned char>(c) < 0x80; }));
}

}  // namespace
}  // namespace ringcast::server::admin

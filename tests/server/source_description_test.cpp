// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/source_description.hpp"

#include <gtest/gtest.h>

namespace ringcast::server::ingest {
namespace {

TEST(StreamType, ParametersCaseAndAliasesDoNotCount) {
    EXPECT_EQ(stream_type("audio/mpeg"), "audio/mpeg");
    EXPECT_EQ(stream_type(" Audio/MPEG ; charset=x"), "audio/mpeg");
    EXPECT_EQ(stream_type("audio/aacp"), "audio/aac");
    EXPECT_EQ(stream_type("application/ogg"), "audio/ogg");
    EXPECT_EQ(stream_type("application/x-ogg;codecs=opus"), "audio/ogg");
    EXPECT_EQ(stream_type("audio/x-unheard-of"), "audio/x-unheard-of");
    EXPECT_EQ(stream_type(""), "");
}

TEST(StreamType, SettingsCountWhereTheSourceIsWrongOrSilent) {
    stations::StationSettings settings;
    EXPECT_EQ(stream_type(settings, "audio/aacp"), "audio/aac");
    settings.type = "audio/mpeg";
    EXPECT_EQ(stream_type(settings, "application/octet-stream"), "audio/mpeg");
    EXPECT_EQ(stream_type(settings, ""), "audio/mpeg");
}

http::SourceProperties said() {
    http::SourceProperties properties;
    properties.content_type = "audio/mpeg";
    properties.name = "said name";
    properties.genre = "said genre";
    properties.bitrate = 128;
    properties.is_public = true;
    return properties;
}

TEST(Broadcast, ShowsWhatTheSourceSaysWhereTheSettingsAreSilent) {
    const stations::Broadcast broadcast = make_broadcast({}, said(), "192.0.2.1");
    EXPECT_TRUE(broadcast.live);
    EXPECT_EQ(broadcast.source.name, "said name");
    EXPECT_EQ(broadcast.source.genre, "said genre");
    EXPECT_EQ(broadcast.source.bitrate, 128U);
    EXPECT_EQ(broadcast.source.is_public, true);
    EXPECT_EQ(broadcast.source_address, "192.0.2.1");
    EXPECT_GT(broadcast.started_s, 0);
}

TEST(Broadcast, ShowsTheSettingsWhereTheySaySomething) {
    stations::StationSettings settings;
    settings.name = "set name";
    settings.description = "set description";
    settings.type = "audio/aac";
    settings.bitrate = 64;
    settings.is_public = false;
    const stations::Broadcast broadcast = make_broadcast(settings, said(), "");
    EXPECT_EQ(broadcast.source.name, "set name");
    EXPECT_EQ(broadcast.source.description, "set description");
    EXPECT_EQ(broadcast.source.genre, "said genre");
    EXPECT_EQ(broadcast.source.content_type, "audio/aac");
    EXPECT_EQ(broadcast.source.bitrate, 64U);
    EXPECT_EQ(broadcast.source.is_public, false);
}

}  // namespace
}  // namespace ringcast::server::ingest

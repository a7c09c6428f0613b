// SPDX-License-Identifier: Apache-2.0
#include "server/http/source_headers.hpp"

#include <gtest/gtest.h>

namespace ringcast::server::http {
namespace {

SourceProperties from_request(std::string_view request_line, std::string_view headers) {
    const auto request =
        parse_head(std::string(request_line) + "\r\n" + std::string(headers) + "\r\n");
    EXPECT_TRUE(request);
    return parse_source_request(*request);
}

SourceProperties from_put(std::string_view headers) {
    return from_request("PUT /m HTTP/1.1", headers);
}

TEST(SourceHeaders, ReadTheHeadersOfLibshout) {
    const SourceProperties p = from_put(
        "User-Agent: libshout/2.4.6\r\nContent-Type: audio/ogg\r\nice-public: 1\r\n"
        "ice-name: My radio\r\nice-url: http://x\r\nice-genre: Jazz\r\nice-description: D\r\n"
        "ice-audio-info: bitrate=128;samplerate=44100;channels=2;quality=10%2e0\r\n");
    EXPECT_EQ(p.content_type, "audio/ogg");
    EXPECT_EQ(p.name, "My radio");
    EXPECT_EQ(p.url, "http://x");
    EXPECT_EQ(p.genre, "Jazz");
    EXPECT_EQ(p.description, "D");
    EXPECT_EQ(p.is_public, true);
    EXPECT_EQ(p.user_agent, "libshout/2.4.6");
    EXPECT_EQ(p.bitrate, 128U);
    EXPECT_EQ(p.audio_info, "bitrate=128;samplerate=44100;channels=2;quality=10%2e0");
    ASSERT_EQ(p.audio_info_items.size(), 4U);
    EXPECT_EQ(p.audio_info_items[1], (std::pair<std::string, std::string>("samplerate", "44100")));
    EXPECT_EQ(p.audio_info_items[3], (std::pair<std::string, std::string>("quality", "10.0")));
}

TEST(SourceHeaders, TheFirstKindOfHeaderWins) {
    const SourceProperties p = from_put(
        "x-audiocast-name: c\r\nicy-name: b\r\nice-name: a\r\nicy-genre: g2\r\n"
        "x-audiocast-genre: g3\r\nx-audiocast-url: u\r\nicy-br: 96\r\nice-bitrate: 128\r\n"
        "icy-public: 0\r\nicy-pub: 1\r\n");
    EXPECT_EQ(p.name, "a");
    EXPECT_EQ(p.genre, "g2");
    EXPECT_EQ(p.url, "u");
    EXPECT_EQ(p.bitrate, 128U);
    EXPECT_EQ(p.is_public, true);
}

TEST(SourceHeaders, WhatIsNotSaidIsAbsent) {
    const SourceProperties p = from_put("");
    EXPECT_EQ(p.content_type, "");
    EXPECT_EQ(p.name, "");
    EXPECT_EQ(p.bitrate, 0U);
    EXPECT_FALSE(p.is_public);
    EXPECT_EQ(p.icy_metaint, 0U);
}

TEST(SourceHeaders, WithoutATypeASourceIsMp3AndAPutIsNot) {
    EXPECT_EQ(from_request("SOURCE /m HTTP/1.0", "").content_type, "audio/mpeg");
    EXPECT_EQ(from_request("SOURCE /m ICE/1.0", "").content_type, "audio/mpeg");
    EXPECT_EQ(from_request("POST /m HTTP/1.1", "").content_type, "");
    EXPECT_EQ(parse_shoutcast_headers({}).content_type, "audio/mpeg");
}

TEST(SourceHeaders, AreCleanUtf8OfBoundedLength) {
    EXPECT_EQ(from_put("ice-name: caf\xe9\r\n").name, "caf\xc3\xa9");
    EXPECT_EQ(from_put("ice-name: caf\xc3\xa9\r\n").name, "caf\xc3\xa9");
    const std::string long_name = "ice-name: " + std::string(400, 'n') + "\r\n";
    EXPECT_EQ(from_put(long_name).name.size(), kPropertyBytesMax);
}

TEST(SourceHeaders, ReadTheAudioInfoOfButt) {
    const SourceProperties p =
        from_put("ice-audio-info: ice-bitrate=192;ice-channels=2;ice-samplerate=44100\r\n");
    EXPECT_EQ(p.bitrate, 192U);
    EXPECT_EQ(p.audio_info_items[0].first, "ice-bitrate");
}

TEST(SourceHeaders, TakeOnlyPlainNamesFromAudioInfo) {
    const SourceProperties p =
        from_put("ice-audio-info: <x>=1; 9a=2;=3;b;c=;; ok_1 = v ;%6bey=w;a%3db=1;" +
                 std::string(33, 'n') + "=1\r\n");
    ASSERT_EQ(p.audio_info_items.size(), 2U);
    EXPECT_EQ(p.audio_info_items[0], (std::pair<std::string, std::string>("ok_1", "v")));
    EXPECT_EQ(p.audio_info_items[1], (std::pair<std::string, std::string>("key", "w")));
    std::string many = "ice-audio-info: ";
    for (int i = 0; i < 30; ++i) {
        many += "k=1;";
    }
    EXPECT_EQ(from_put(many + "\r\n").audio_info_items.size(), kAudioInfoItemsMax);
}

TEST(SourceHeaders, ReadTheMetaintOfARelay) {
    EXPECT_EQ(from_put("icy-metaint: 16000\r\n").icy_metaint, 16000U);
    EXPECT_EQ(from_put("icy-metaint: 0\r\n").icy_metaint, 0U);
    EXPECT_EQ(from_put("icy-metaint: -5\r\n").icy_metaint, 0U);
    EXPECT_EQ(from_put("icy-metaint: 4000000000\r\n").icy_metaint, 0U);
    EXPECT_EQ(from_put("icy-metaint: 99999999999\r\n").icy_metaint, 0U);
}

}  // namespace
}  // namespace ringcast::server::http

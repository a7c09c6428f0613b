// SPDX-License-Identifier: Apache-2.0
#include "server/http/playlist.hpp"

#include <gtest/gtest.h>

namespace ringcast::server::http {
namespace {

constexpr PublicAddress kAddress{"http", "radio.example", 8000};

TEST(Playlist, PathsWithASuffixNameAMount) {
    EXPECT_EQ(parse_playlist_path("/live.mp3.m3u")->mount, "/live.mp3");
    EXPECT_EQ(parse_playlist_path("/live.pls")->format, PlaylistFormat::Pls);
    EXPECT_EQ(parse_playlist_path("/a/b.xspf")->format, PlaylistFormat::Xspf);
    EXPECT_FALSE(parse_playlist_path("/.m3u"));
    EXPECT_FALSE(parse_playlist_path("/live"));
    EXPECT_FALSE(parse_playlist_path("/live.m3u8"));
    EXPECT_FALSE(parse_playlist_path(""));
}

TEST(Playlist, UsesTheHostOnlyWhenItIsOne) {
    EXPECT_EQ(stream_url("h", kAddress, "/live"), "http://h/live");
    EXPECT_EQ(stream_url("h:80", kAddress, "/a b"), "http://h:80/a%20b");
    EXPECT_EQ(stream_url("[::1]:8000", kAddress, "/x"), "http://[::1]:8000/x");
    EXPECT_EQ(stream_url("h/listen", kAddress, "/x"), "http://radio.example:8000/x");
    EXPECT_EQ(stream_url("", kAddress, "/x"), "http://radio.example:8000/x");
}

TEST(Playlist, RefusesHostsThatAreNone) {
    for (const std::string_view good : {"a", "a-b.c_d", "127.0.0.1:65535", "[::]", "[1:2::3]:1"}) {
        EXPECT_TRUE(is_valid_host(good)) << good;
    }
    for (const std::string_view bad :
         {"",       ":80",   "a:",    "a:0",  "a:65536", "a:999999", "a:8x",
          "a b",    "a/b",   "a@b",   "a\nb", "[]",      "[::1",     "[::1]x",
          "[::1]:", "[g::]", "a:1:2", "\"",   "a?b",     "a#b",      "caf\xc3\xa9"}) {
        EXPECT_FALSE(is_valid_host(bad)) << bad;
    }
    EXPECT_FALSE(is_valid_host(std::string(256, 'a')));
}

TEST(Playlist, M3uIsOneLine) {
    const Reply reply = playlist_reply(PlaylistFormat::M3u, {"http://h/live", "N", "", ""});
    EXPECT_EQ(reply.content_type, "audio/x-mpegurl");
    EXPECT_EQ(reply.body, "http://h/live\r\n");
}

TEST(Playlist, PlsHasOneEntryAndNoLineOfTheNames) {
    const Reply reply =
        playlist_reply(PlaylistFormat::Pls, {"http://h/live", "N\r\nFile2=http://evil", "", ""});
    EXPECT_EQ(reply.content_type, "audio/x-scpls");
    EXPECT_EQ(reply.body,
              "[playlist]\r\nNumberOfEntries=1\r\nFile1=http://h/live\r\n"
              "Title1=N  File2=http://evil\r\nLength1=-1\r\nVersion=2\r\n");
}

TEST(Playlist, XspfIsEscaped) {
    const Reply reply = playlist_reply(PlaylistFormat::Xspf,
                                       {"http://h/a&b", "A <b> & \"c\"", "T\x01", "Genre: x"});
    EXPECT_EQ(reply.content_type, "application/xspf+xml");
    EXPECT_EQ(reply.body,
              "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
              "<playlist xmlns=\"http://xspf.org/ns/0/\" version=\"1\">\n"
              "  <title>A &lt;b&gt; &amp; &quot;c&quot;</title>\n"
              "  <trackList>\n    <track>\n"
              "      <location>http://h/a&amp;b</location>\n"
              "      <title>T </title>\n"
              "      <annotation>Genre: x</annotation>\n"
              "    </track>\n  </trackList>\n</playlist>\n");
}

}  // namespace
}  // namespace ringcast::server::http

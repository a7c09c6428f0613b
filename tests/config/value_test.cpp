// SPDX-License-Identifier: Apache-2.0
// Every key: what it takes, and every fault that it can have, with the message.
#include "config/value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "config/parse.hpp"
#include "tests/config/documents.hpp"

namespace ringcast::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Taken {
    std::string_view path;
    std::string_view written;
    std::string_view read;  ///< as to_json() prints it
};

// At least the bounds of every key, and its special values.
constexpr auto kTaken = std::to_array<Taken>({
    {"server.name", R"("Überall & \"nirgends\\\"")", R"("Überall & \"nirgends\\\"")"},
    {"server.hostname", R"("radio-1.example.org")", R"("radio-1.example.org")"},
    {"server.hostname", R"("[2001:db8::1]")", R"("[2001:db8::1]")"},
    {"server.location", R"("")", R"("")"},
    {"server.admin_contact", R"("a@b")", R"("a@b")"},
    {"server.workers", "0", R"("auto")"},
    {"server.workers", R"("auto")", R"("auto")"},
    {"server.workers", "256", "256"},
    {"server.id", R"("Icecast 2.4.4")", R"("Icecast 2.4.4")"},
    {"listen[].address", R"("127.0.0.1")", R"("127.0.0.1")"},
    {"listen[].address", R"("::1")", R"("::1")"},
    {"listen[].port", "0", "0"},
    {"listen[].port", "65535", "65535"},
    {"listen[].shoutcast_mount", R"("")", R"("")"},
    {"listen[].shoutcast_mount", R"("/live")", R"("/live")"},
    {"pool.size", R"("1GiB")", R"("1GiB")"},
    {"pool.size", R"("auto")", R"("64MiB")"},
    {"pool.size", "1048577", R"("1088KiB")"},
    {"pool.extent", R"("64MiB")", R"("64MiB")"},
    {"limits.listeners", "0", "0"},
    {"limits.listeners", "10000000", "10000000"},
    {"limits.sources", "0", "0"},
    {"limits.sources", "1", "1"},
    {"limits.header_timeout", "1", R"("1s")"},
    {"limits.header_timeout", "1.5", R"("1500ms")"},
    {"limits.header_timeout", R"("10 min")", R"("10min")"},
    {"limits.header_size", R"("4KiB")", R"("4KiB")"},
    {"limits.header_size", R"("1MiB")", R"("1MiB")"},
    {"limits.header_size", R"("65536")", R"("64KiB")"},
    {"limits.source_timeout", "0", R"("0s")"},
    {"limits.source_timeout", R"("1h")", R"("1h")"},
    {"limits.listener_stall_timeout", R"("0ms")", R"("0s")"},
    {"limits.listener_stall_timeout", "1", R"("1s")"},
    {"limits.listener_skips_max", "0", "0"},
    {"limits.listener_skips_max", "1", "1"},
    {"fanout.phase", R"("5ms")", R"("5ms")"},
    {"fanout.phase", "1", R"("1s")"},
    {"fanout.delivery_max", "0.1", R"("100ms")"},
    {"fanout.delivery_max", "10", R"("10s")"},
    {"log.level", R"("trace")", R"("trace")"},
    {"log.level", R"("off")", R"("off")"},
    {"log.file", R"("/var/log/ringcast.log")", R"("/var/log/ringcast.log")"},
    {"log.format", R"("json")", R"("json")"},
    {"log.access_file", R"("")", R"("")"},
    {"auth.source.user", R"("dj")", R"("dj")"},
    {"auth.source.password", R"("pass:word")", R"("pass:word")"},
    {"auth.source.password", R"("$y$j9T$salt$hash")", R"("$y$j9T$salt$hash")"},
    {"auth.source.password", R"("$md5,rounds=904$salt$$hash")", R"("$md5,rounds=904$salt$$hash")"},
    {"auth.admin.user", R"("root")", R"("root")"},
    {"auth.admin.password", R"("$6$salt$hash")", R"("$6$salt$hash")"},
    {"dynamic_stations", "false", "false"},
    {"stations[].mount", R"("/a/b c.mp3")", R"("/a/b c.mp3")"},
    {"stations[].mount", R"("/administration")", R"("/administration")"},
    {"stations[].mount", R"("/…")", R"("/…")"},
    {"stations[].name", R"("N")", R"("N")"},
    {"stations[].description", R"("D")", R"("D")"},
    {"stations[].genre", R"("G")", R"("G")"},
    {"stations[].url", R"("https://example.org/?a#b")", R"("https://example.org/?a#b")"},
    {"stations[].type", R"("audio/ogg; codecs=opus")", R"("audio/ogg; codecs=opus")"},
    {"stations[].bitrate", "100000", "100000"},
    {"stations[].public", "true", "true"},
    {"stations[].public", "false", "false"},
    {"stations[].ring", R"("64KiB")", R"("64KiB")"},
    {"stations[].ring", "65537", R"("128KiB")"},
    {"stations[].ring", R"("1GiB")", R"("1GiB")"},
    {"stations[].burst", R"("0s")", R"("0s")"},
    {"stations[].burst", R"("10min")", R"("10min")"},
    {"stations[].burst", R"("512KiB")", R"("512KiB")"},
    {"stations[].delivery", R"("auto")", R"("auto")"},
    {"stations[].delivery", R"("25ms")", R"("25ms")"},
    {"stations[].delivery", "1", R"("1s")"},
    {"stations[].metaint", "0", "0"},
    {"stations[].metaint", "2048", R"("2KiB")"},
    {"stations[].metaint", R"("16MiB")", R"("16MiB")"},
    {"stations[].charset", R"("utf-8")", R"("UTF-8")"},
    {"stations[].charset", R"("UTF8")", R"("UTF-8")"},
    {"stations[].charset", R"("ISO-8859-1")", R"("ISO-8859-1")"},
    {"stations[].charset", R"("iso-8859-1")", R"("ISO-8859-1")"},
    {"stations[].charset", R"("ISO8859-1")", R"("ISO-8859-1")"},
    {"stations[].charset", R"("latin1")", R"("ISO-8859-1")"},
    {"stations[].max_listeners", "0", "0"},
    {"stations[].max_listeners", "5", "5"},
    {"stations[].takeover", R"("always")", R"("always")"},
    {"stations[].takeover", R"("never")", R"("never")"},
    {"stations[].user", R"("dj")", R"("dj")"},
    {"stations[].password", R"("secret")", R"("secret")"},
    {"stations[].input", R"("music/")", R"("music/")"},
});

struct Refused {
    std::string_view path;
    std::string_view written;
    std::string_view message;  ///< behind the path
};

constexpr auto kRefused = std::to_array<Refused>({
    {"server.name", "5", "5 is not a text; expected 1 to 255 bytes"},
    {"server.name", R"("")", R"("" is empty; expected 1 to 255 bytes)"},
    {"server.name", R"("a\nb")",
     R"("a\u000ab" contains a control character; expected 1 to 255 bytes)"},
    {"server.hostname", R"("http://a")",
     R"("http://a" is not a host name; expected a host name or address without a port)"},
    {"server.hostname", R"("[::1]:80")",
     R"("[::1]:80" is not a host name; expected a host name or address without a port)"},
    {"server.hostname", R"("[1.2.3.4]")",
     R"("[1.2.3.4]" is not an address; expected a host name or address without a port)"},
    {"server.location", "null", "null is not a text; expected at most 255 bytes"},
    {"server.admin_contact", "[1]", "[...] is not a text; expected at most 255 bytes"},
    {"server.workers", R"("four")",
     R"("four" is not a whole number; expected 0 to 256, or "auto")"},
    {"server.workers", "1.5", R"(1.5 is not a whole number; expected 0 to 256, or "auto")"},
    {"server.workers", "257", R"(257 is out of range; expected 0 to 256, or "auto")"},
    {"server.workers", "-1", R"(-1 is out of range; expected 0 to 256, or "auto")"},
    {"server.workers", "99999999999999999999",
     R"(99999999999999999999 is out of range; expected 0 to 256, or "auto")"},
    {"server.workers", "1e2", R"(1e2 is not a whole number; expected 0 to 256, or "auto")"},
    {"server.id", R"("Rïng")",
     R"("Rïng" cannot stand in a response head; expected printable ASCII)"},
    {"server.id", R"(" a")", R"(" a" cannot stand in a response head; expected printable ASCII)"},
    {"listen[].address", R"("localhost")",
     R"("localhost" is not an address; expected an IPv4 or IPv6 address such as "0.0.0.0" )"
     R"(or "::")"},
    {"listen[].address", R"("1.2.3")",
     R"("1.2.3" is not an address; expected an IPv4 or IPv6 address such as "0.0.0.0" or "::")"},
    {"listen[].address", R"("")",
     R"("" is empty; expected an IPv4 or IPv6 address such as "0.0.0.0" or "::")"},
    {"listen[].port", "65536", "65536 is out of range; expected 0 to 65535"},
    {"listen[].port", R"("8000")", R"("8000" is not a whole number; expected 0 to 65535)"},
    {"listen[].shoutcast_mount", R"("live")",
     R"("live" does not begin with "/"; expected a path such as "/live")"},
    {"pool.size", R"("1XB")", R"("1XB" is not a size; expected 1MiB to 1024GiB, or "auto")"},
    {"pool.size", R"("1023KiB")",
     R"("1023KiB" is out of range; expected 1MiB to 1024GiB, or "auto")"},
    {"pool.size", "0", R"(0 is out of range; expected 1MiB to 1024GiB, or "auto")"},
    {"pool.size", R"("99999999999GiB")",
     R"("99999999999GiB" is out of range; expected 1MiB to 1024GiB, or "auto")"},
    {"pool.extent", "true", "true is not a size; expected 64KiB to 64MiB"},
    {"pool.extent", R"("auto")", R"("auto" is not a size; expected 64KiB to 64MiB)"},
    {"pool.extent", R"("65536.5B")",
     R"("65536.5B" is not a whole number of bytes; expected 64KiB to 64MiB)"},
    {"limits.listeners", "10000001",
     "10000001 is out of range; expected 1 to 10000000, or 0 (off)"},
    {"limits.sources", "false", "false is not a whole number; expected 1 to 10000000, or 0 (off)"},
    {"limits.header_timeout", "0", "0 is out of range; expected 1s to 10min"},
    {"limits.header_timeout", R"("15 parsecs")",
     R"("15 parsecs" is not a duration; expected 1s to 10min)"},
    {"limits.header_timeout", R"("1000.5ms")",
     R"("1000.5ms" is not a whole number of milliseconds; expected 1s to 10min)"},
    {"limits.header_timeout", "{}", "{} is not a duration; expected 1s to 10min"},
    {"limits.header_size", R"("4095B")", R"("4095B" is out of range; expected 4KiB to 1MiB)"},
    {"limits.header_size", R"("15s")", R"("15s" is not a size; expected 4KiB to 1MiB)"},
    {"limits.source_timeout", R"("999ms")",
     R"("999ms" is out of range; expected 1s to 1h, or 0 (off))"},
    {"limits.source_timeout", "-5", "-5 is out of range; expected 1s to 1h, or 0 (off)"},
    {"limits.listener_stall_timeout", R"("2h")",
     R"("2h" is out of range; expected 1s to 1h, or 0 (off))"},
    {"limits.listener_skips_max", "1000001",
     "1000001 is out of range; expected 1 to 1000000, or 0 (off)"},
    {"fanout.phase", R"("4ms")", R"("4ms" is out of range; expected 5ms to 1s)"},
    {"fanout.delivery_max", R"("99ms")", R"("99ms" is out of range; expected 100ms to 10s)"},
    {"log.level", R"("inof")",
     R"("inof" is not accepted; expected one of "trace", "debug", "info", "warn", "error", )"
     R"("critical", "off"; did you mean "info"?)"},
    {"log.level", "3",
     R"(3 is not accepted; expected one of "trace", "debug", "info", "warn", "error", )"
     R"("critical", "off")"},
    {"log.file", R"("a\u0000b")",
     R"("a\u0000b" contains a control character; expected at most 4095 bytes)"},
    {"log.format", R"("xml")", R"("xml" is not accepted; expected one of "auto", "text", "json")"},
    {"log.access_file", "{\"a\": 1}", "{...} is not a text; expected at most 4095 bytes"},
    {"auth.source.user", R"("a:b")", R"("a:b" contains ":"; expected a user name without ":")"},
    {"auth.source.password", R"("")",
     R"("" is empty; expected a plain password, or a hash as "ringcast hash-password" prints it)"},
    {"auth.source.password", "12345",
     R"(*** is not a text; expected a plain password, or a hash as "ringcast hash-password" )"
     "prints it"},
    {"auth.source.password", R"("$ecret$1")",
     R"(*** begins with "$" and is not a crypt(3) hash; expected a plain password, or a hash as )"
     R"("ringcast hash-password" prints it)"},
    {"auth.source.password", R"("$5$")",
     R"(*** begins with "$" and is not a crypt(3) hash; expected a plain password, or a hash as )"
     R"("ringcast hash-password" prints it)"},
    {"auth.source.password", R"("$5$salt$ha sh")",
     R"(*** begins with "$" and is not a crypt(3) hash; expected a plain password, or a hash as )"
     R"("ringcast hash-password" prints it)"},
    {"auth.admin.user", R"("")", R"("" is empty; expected a user name without ":")"},
    {"auth.admin.password", R"("a\tb")",
     R"(*** contains a control character; expected a plain password, or a hash as )"
     R"("ringcast hash-password" prints it)"},
    {"dynamic_stations", R"("yes")", R"("yes" is not a flag; expected true or false)"},
    {"dynamic_stations", "1", "1 is not a flag; expected true or false"},
    {"stations[].mount", R"("live")",
     R"("live" does not begin with "/"; expected a path such as "/live")"},
    {"stations[].mount", R"("")", R"("" is empty; expected a path such as "/live")"},
    {"stations[].mount", R"("/")",
     R"("/" is a page of the server itself; expected a path such as "/live")"},
    {"stations[].mount", R"("/admin")",
     R"("/admin" is a page of the server itself; expected a path such as "/live")"},
    {"stations[].mount", R"("/admin/x")",
     R"("/admin/x" is a page of the server itself; expected a path such as "/live")"},
    {"stations[].mount", R"("/admin.cgi")",
     R"("/admin.cgi" is a page of the server itself; expected a path such as "/live")"},
    {"stations[].mount", R"("/status-json.xsl")",
     R"("/status-json.xsl" is a page of the server itself; expected a path such as "/live")"},
    {"stations[].mount", R"("/healthz")",
     R"("/healthz" is a page of the server itself; expected a path such as "/live")"},
    {"stations[].mount", R"("/a?b")",
     R"("/a?b" contains "?", "#" or "%"; expected a path such as "/live")"},
    {"stations[].mount", R"("/a#b")",
     R"("/a#b" contains "?", "#" or "%"; expected a path such as "/live")"},
    {"stations[].mount", R"("/a%20b")",
     R"("/a%20b" contains "?", "#" or "%"; expected a path such as "/live")"},
    {"stations[].mount", R"("/a\r\nb")",
     R"("/a\u000d\u000ab" contains a control character; expected a path such as "/live")"},
    {"stations[].mount", R"("/a//b")",
     R"("/a//b" has an empty, "." or ".." segment; expected a path such as "/live")"},
    {"stations[].mount", R"("/a/")",
     R"("/a/" has an empty, "." or ".." segment; expected a path such as "/live")"},
    {"stations[].mount", R"("/../a")",
     R"("/../a" has an empty, "." or ".." segment; expected a path such as "/live")"},
    {"stations[].mount", R"("/a/.")",
     R"("/a/." has an empty, "." or ".." segment; expected a path such as "/live")"},
    {"stations[].mount", R"("/a.m3u")",
     R"("/a.m3u" ends like a playlist of another mount; expected a path such as "/live")"},
    {"stations[].mount", R"("/a.pls")",
     R"("/a.pls" ends like a playlist of another mount; expected a path such as "/live")"},
    {"stations[].mount", R"("/a.xspf")",
     R"("/a.xspf" ends like a playlist of another mount; expected a path such as "/live")"},
    {"stations[].name", "true", "true is not a text; expected at most 255 bytes"},
    {"stations[].description", R"("a\u007fb")",
     R"("a\u007fb" contains a control character; expected at most 1000 bytes)"},
    {"stations[].genre", "1", "1 is not a text; expected at most 255 bytes"},
    {"stations[].url", "[]", "[] is not a text; expected at most 1000 bytes"},
    {"stations[].type", R"("mp3")",
     R"("mp3" is not a media type; expected a media type such as "audio/mpeg")"},
    {"stations[].type", R"("audio/")",
     R"("audio/" is not a media type; expected a media type such as "audio/mpeg")"},
    {"stations[].type", R"("/mpeg")",
     R"("/mpeg" is not a media type; expected a media type such as "audio/mpeg")"},
    {"stations[].type", R"("audio/mp eg")",
     R"("audio/mp eg" is not a media type; expected a media type such as "audio/mpeg")"},
    {"stations[].type", R"("audio/ogg; ü")",
     R"("audio/ogg; ü" is not a media type; expected a media type such as "audio/mpeg")"},
    {"stations[].bitrate", "100001", "100001 is out of range; expected 0 to 100000"},
    {"stations[].bitrate", R"("128k")", R"("128k" is not a whole number; expected 0 to 100000)"},
    {"stations[].public", "null", "null is not a flag; expected true or false"},
    {"stations[].ring", R"("63KiB")", R"("63KiB" is out of range; expected 64KiB to 1GiB)"},
    {"stations[].ring", R"("1025MiB")", R"("1025MiB" is out of range; expected 64KiB to 1GiB)"},
    {"stations[].ring", R"("4s")", R"("4s" is not a size; expected 64KiB to 1GiB)"},
    {"stations[].burst", R"("12 parsecs")",
     R"("12 parsecs" is not a duration or size; expected at most 10min, or at most 512MiB)"},
    {"stations[].burst", "4",
     R"(4 needs a unit; expected a duration such as "4s" or a size such as "64KiB")"},
    {"stations[].burst", "true",
     "true is not a duration or size; expected at most 10min, or at most 512MiB"},
    {"stations[].burst", R"("11min")",
     R"("11min" is out of range; expected at most 10min, or at most 512MiB)"},
    {"stations[].burst", R"("513MiB")",
     R"("513MiB" is out of range; expected at most 10min, or at most 512MiB)"},
    {"stations[].burst", R"("-4s")",
     R"("-4s" is out of range; expected at most 10min, or at most 512MiB)"},
    {"stations[].burst", R"("0.5B")",
     R"("0.5B" is not a whole number of milliseconds or bytes; expected at most 10min, )"
     "or at most 512MiB"},
    {"stations[].delivery", R"("24ms")",
     R"("24ms" is out of range; expected 25ms to 10s, or "auto")"},
    {"stations[].delivery", "0", R"(0 is out of range; expected 25ms to 10s, or "auto")"},
    {"stations[].delivery", R"("Auto")",
     R"("Auto" is not a duration; expected 25ms to 10s, or "auto")"},
    {"stations[].metaint", "2047", "2047 is out of range; expected 2KiB to 16MiB, or 0 (off)"},
    {"stations[].metaint", "16777217",
     "16777217 is out of range; expected 2KiB to 16MiB, or 0 (off)"},
    {"stations[].charset", R"("UTF-16")",
     R"("UTF-16" is not accepted; expected one of "UTF-8", "utf-8", "UTF8", "ISO-8859-1", )"
     R"("iso-8859-1", "ISO8859-1", "latin1"; did you mean "UTF-8"?)"},
    {"stations[].max_listeners", "-1", "-1 is out of range; expected 1 to 10000000, or 0 (off)"},
    {"stations[].takeover", R"("sometimes")",
     R"("sometimes" is not accepted; expected one of "silent", "always", "never")"},
    {"stations[].user", R"("")", R"("" is empty; expected a user name without ":")"},
    {"stations[].password", R"("")",
     R"("" is empty; expected a plain password, or a hash as "ringcast hash-password" prints it)"},
    {"stations[].input", "7", "7 is not a text; expected at most 4095 bytes"},
});

/// "stations[0].ring" of "stations[].ring".
std::string path_of_first(std::string_view path) {
    std::string text(path);
    const std::size_t bracket = text.find('[');
    return bracket == std::string::npos ? text : text.insert(bracket + 1, "0");
}

TEST(Values, AreTakenAsWritten) {
    for (const Taken& row : kTaken) {
        SCOPED_TRACE(std::string(row.path) + " = " + std::string(row.written));
        auto config = parse_config(document(row.path, row.written));
        ASSERT_TRUE(config.has_value()) << to_string(config.error().front());
        const auto field = std::ranges::find(fields(), row.path, &Field::path);
        ASSERT_NE(field, fields().end());
        if (config->stations.empty()) {
            config->stations.resize(1);
        }
        EXPECT_EQ(to_json(*field, slot_in(*field, *config)), row.read);
    }
}

TEST(Values, AreRefusedWithPathValueAndWhatWasExpected) {
    for (const Refused& row : kRefused) {
        SCOPED_TRACE(std::string(row.path) + " = " + std::string(row.written));
        EXPECT_THAT(messages(document(row.path, row.written)),
                    ElementsAre(path_of_first(row.path) + ": " + std::string(row.message)));
    }
}

TEST(Values, OfEveryKeyAreTestedBothWays) {
    std::set<std::string_view> taken;
    std::set<std::string_view> refused;
    for (const Taken& row : kTaken) {
        taken.insert(row.path);
    }
    for (const Refused& row : kRefused) {
        refused.insert(row.path);
    }
    for (const Field& field : fields()) {
        EXPECT_TRUE(taken.contains(field.path)) << field.path;
        EXPECT_TRUE(refused.contains(field.path)) << field.path;
    }
}

TEST(Values, TextsAreBoundedInBytes) {
    Config sample;
    sample.stations.resize(1);
    int bounded = 0;
    for (const Field& field : fields()) {
        if (!std::holds_alternative<std::string*>(slot_in(field, sample))) {
            continue;
        }
        SCOPED_TRACE(field.path);
        const std::string longest(field.bounds.max, '/');
        for (const std::string& error : messages(document(field.path, '"' + longest + '"'))) {
            EXPECT_THAT(error, testing::Not(HasSubstr("too long")));
        }
        EXPECT_THAT(messages(document(field.path, '"' + longest + "x\"")),
                    ElementsAre(HasSubstr("is too long; expected")));
        ++bounded;
    }
    EXPECT_GT(bounded, 15);
}

TEST(Values, ThatAreLongAreCutInMessagesBetweenCharacters) {
    const std::string text = "ä" + std::string(57, 'x') + "öü" + std::string(300, 'y');
    EXPECT_THAT(messages(document("server.name", '"' + text + '"')),
                ElementsAre("server.name: \"ä" + std::string(57, 'x') +
                            "ö...\" is too long; expected 1 to 255 bytes"));
}

}  // namespace
}  // namespace ringcast::config

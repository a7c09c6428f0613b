// SPDX-License-Identifier: Apache-2.0
#include "server/http/head_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringcast::server::http {
namespace {

HeadResult read_all(std::string_view bytes, bool shoutcast = false, HeadLimits limits = {}) {
    return HeadReader(limits, shoutcast).read(bytes);
}

std::string normalized(std::string_view head) {
    const auto result = normalize_head(head);
    return result ? result->text : "refused: " + std::string(result.error().text);
}

// Heads as real clients send them; the last bytes are audio.
constexpr std::string_view kFfmpeg =
    "PUT /live.mp3 HTTP/1.1\r\nUser-Agent: Lavf/59.27.100\r\nAccept: */*\r\n"
    "Expect: 100-continue\r\nConnection: close\r\nHost: 127.0.0.1:8000\r\n"
    "Content-Type: audio/mpeg\r\nIcy-MetaData: 1\r\nIce-Public: 0\r\n"
    "Authorization: Basic c291cmNlOmhhY2ttZQ==\r\n\r\n";
constexpr std::string_view kTraktor =
    "SOURCE /m ICE/1.0\ncontent-type:audio/ogg\nice-name :Traktor\n\n";
constexpr std::string_view kOldNsv = "SOURCE /m HTTP/1.0\r\r\nicy-name:x\r\r\n\r\r\n";

TEST(HeadReader, FindsTheEndOfAHeadInEverySplit) {
    for (const std::string_view head : {kFfmpeg, kTraktor, kOldNsv}) {
        const std::string bytes = std::string(head) + "\xff\xfb\x90\r\n\r\n";
        for (std::size_t first = 0; first <= head.size(); ++first) {
            HeadReader reader({}, false);
            const HeadResult early = reader.read(std::string_view(bytes).substr(0, first));
            if (first < head.size()) {
                ASSERT_EQ(early.kind, HeadKind::NeedMore) << first;
                const HeadResult whole = reader.read(bytes);
                ASSERT_EQ(whole.kind, HeadKind::HttpHead) << first;
                ASSERT_EQ(whole.size, head.size()) << first;
            } else {
                ASSERT_EQ(early.kind, HeadKind::HttpHead);
            }
        }
    }
}

TEST(HeadReader, FindsTheEndOfAHeadByteByByte) {
    HeadReader reader({}, true);
    for (std::size_t size = 0; size < kFfmpeg.size(); ++size) {
        ASSERT_EQ(reader.read(kFfmpeg.substr(0, size)).kind, HeadKind::NeedMore) << size;
    }
    EXPECT_EQ(reader.read(kFfmpeg).size, kFfmpeg.size());
}

TEST(HeadReader, SkipsEmptyLinesBeforeARequest) {
    const std::string_view head = "\r\n\nGET / HTTP/1.0\r\n\r\n";
    EXPECT_EQ(read_all(head).kind, HeadKind::HttpHead);
    EXPECT_EQ(read_all(head).size, head.size());
    EXPECT_EQ(normalized(head), "GET / HTTP/1.0\r\n\r\n");
}

TEST(HeadReader, AFirstLineThatIsNoRequestIsALoginOnlyWhereThatIsTaken) {
    EXPECT_EQ(read_all("hackme\r\n", true).kind, HeadKind::ShoutcastLogin);
    EXPECT_EQ(read_all("hackme\n", true).kind, HeadKind::ShoutcastLogin);
    EXPECT_EQ(read_all("!POKE\n", true).kind, HeadKind::ShoutcastLogin);
    EXPECT_EQ(read_all("/m:pass word HTTP\r\n", true).kind, HeadKind::ShoutcastLogin);
    EXPECT_EQ(read_all("hackme\r\n", false).kind, HeadKind::Malformed);
    EXPECT_EQ(read_all("hackme", true).kind, HeadKind::NeedMore);
}

TEST(HeadReader, AnHttpRequestOnAShoutcastPortIsHttp) {
    EXPECT_EQ(read_all("GET /admin.cgi?mode=updinfo&song=a b HTTP/1.0\r\n\r\n", true).kind,
              HeadKind::HttpHead);
}

TEST(HeadReader, RefusesMalformedFirstLines) {
    for (const std::string_view line :
         {"GET /\r\n", "GET HTTP/1.1\r\n", "GET / HTTP/1.1 x\r\n", "GET / HTTP/11\r\n",
          "GET / FTP/1.0\r\n", "/ GET HTTP/1.1\r\n", "G\"T / HTTP/1.1\r\n", "GET / HTTP/1.x\r\n",
          "\x16\x03\x01", " \x01\r\n", "GET  HTTP/1.1\r\n"}) {
        EXPECT_EQ(read_all(line).kind, HeadKind::Malformed) << line;
    }
}

TEST(HeadReader, AHeadAboveTheLimitIsTooLargeAndOneAtItIsNot) {
    const std::string start = "GET / HTTP/1.0\r\nX: ";
    const std::string head = start + std::string(1000 - start.size() - 4, 'x') + "\r\n\r\n";
    ASSERT_EQ(head.size(), 1000U);
    EXPECT_EQ(read_all(head, false, {.bytes_max = 1000}).kind, HeadKind::HttpHead);
    EXPECT_EQ(read_all(head, false, {.bytes_max = 999}).kind, HeadKind::TooLarge);
    EXPECT_EQ(read_all(std::string(999, 'G'), true, {.bytes_max = 1000}).kind, HeadKind::NeedMore);
    EXPECT_EQ(read_all(std::string(1000, 'G'), true, {.bytes_max = 1000}).kind, HeadKind::TooLarge);
    EXPECT_EQ(read_all(std::string(1000, '\n'), true, {.bytes_max = 1000}).kind,
              HeadKind::TooLarge);
}

TEST(HeadReader, TakesAsManyHeadersAsAllowedAndNoMore) {
    std::string head = "GET / HTTP/1.0\r\n";
    for (int i = 0; i < 128; ++i) {
        head += "X: y\r\n";
    }
    EXPECT_EQ(read_all(head + "\r\n").kind, HeadKind::HttpHead);
    EXPECT_EQ(read_all(head + "X: y\r\n\r\n").kind, HeadKind::TooLarge);
    EXPECT_EQ(read_all(head + "X: y\r\n").kind, HeadKind::TooLarge);
}

TEST(NormalizeHead, MakesIceHttpAndEveryLineEndCrlf) {
    EXPECT_EQ(normalized(kTraktor),
              "SOURCE /m HTTP/1.0\r\ncontent-type: audio/ogg\r\nice-name: Traktor\r\n\r\n");
    EXPECT_TRUE(normalize_head(kTraktor)->ice);
    EXPECT_EQ(normalized(kOldNsv), "SOURCE /m HTTP/1.0\r\nicy-name: x\r\n\r\n");
    EXPECT_FALSE(normalize_head(kOldNsv)->ice);
}

TEST(NormalizeHead, KeepsBlanksOfATitleAndRefusesThemElsewhere) {
    EXPECT_EQ(normalized("GET /admin.cgi?song=A  B - C HTTP/1.0\r\n\r\n"),
              "GET /admin.cgi?song=A%20%20B%20-%20C HTTP/1.0\r\n\r\n");
    EXPECT_EQ(normalized("GET /admin/metadata?song=a b HTTP/1.0\r\n\r\n"),
              "GET /admin/metadata?song=a%20b HTTP/1.0\r\n\r\n");
    EXPECT_EQ(normalized("GET /live mp3 HTTP/1.0\r\n\r\n"), "refused: Blank in the request target");
    EXPECT_EQ(normalized("GET /admin/metadata/x?a b HTTP/1.0\r\n\r\n"),
              "refused: Blank in the request target");
}

TEST(NormalizeHead, MakesAnIcecast1SourceARequestWithCredentials) {
    EXPECT_EQ(normalized("SOURCE hackme /live\nx-audiocast-name:A\n\n"),
              "SOURCE /live HTTP/1.0\r\nAuthorization: Basic c291cmNlOmhhY2ttZQ==\r\n"
              "x-audiocast-name: A\r\n\r\n");
}

TEST(NormalizeHead, RefusesMalformedLines) {
    for (const std::string_view line :
         {"no colon", ": no name", " folded: x", "\tfolded: x", "a: b\rc: d"}) {
        const std::string head = "GET / HTTP/1.1\r\n" + std::string(line) + "\r\n\r\n";
        EXPECT_EQ(normalized(head), "refused: Malformed header line") << line;
    }
    EXPECT_EQ(normalized("GET /a\x01 HTTP/1.1\r\n\r\n"),
              "refused: Control character in the request target");
    const std::string long_line =
        "GET / HTTP/1.1\r\nX: " + std::string(std::size_t{61} * 1024, 'x') + "\r\n\r\n";
    EXPECT_EQ(normalize_head(long_line).error().status, Status::HeadersTooLarge);
}

}  // namespace
}  // namespace ringcast::server::http

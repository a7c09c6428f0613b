// SPDX-License-Identifier: Apache-2.0
#include "server/http/request.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringcast::server::http {
namespace {

Request parsed(std::string_view head) {
    const auto request = parse_head(head);
    EXPECT_TRUE(request) << request.error().text;
    return request ? *request : Request{};
}

unsigned refused(std::string_view head) {
    const auto request = parse_head(head);
    return request ? 0 : static_cast<unsigned>(request.error().status);
}

std::string with_headers(std::string_view headers) {
    return "PUT /m HTTP/1.1\r\n" + std::string(headers) + "\r\n";
}

TEST(Request, ReadsTheHeadOfFfmpeg) {
    const Request request = parsed(
        "PUT /live.mp3 HTTP/1.1\r\nUser-Agent: Lavf/59\r\nAccept: */*\r\nExpect: 100-continue\r\n"
        "Connection: close\r\nHost: h:8000\r\nContent-Type: audio/mpeg\r\nIcy-MetaData: 1\r\n"
        "Authorization: Basic c291cmNlOmhhY2ttZQ==\r\n\r\n");
    EXPECT_EQ(request.method, Method::Put);
    EXPECT_EQ(request.path, "/live.mp3");
    EXPECT_EQ(request.version, Version::Http11);
    EXPECT_TRUE(request.expects_continue());
    EXPECT_FALSE(request.keep_alive());
    EXPECT_FALSE(request.content_length);
    EXPECT_FALSE(request.chunked);
    EXPECT_TRUE(request.wants_icy_metadata());
    EXPECT_EQ(request.header("CONTENT-TYPE"), "audio/mpeg");
    EXPECT_EQ(request.basic_credentials()->user, "source");
    EXPECT_EQ(request.basic_credentials()->password, "hackme");
}

TEST(Request, ReadsTheStepsOfLibshout) {
    const Request probe = parsed(
        "OPTIONS * HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: TLS/1.0, HTTP/1.1\r\n"
        "Host: h:8000\r\n\r\n");
    EXPECT_EQ(probe.method, Method::Options);
    EXPECT_EQ(probe.path, "*");
    EXPECT_TRUE(probe.keep_alive());
    EXPECT_EQ(parsed("GET /admin/!POKE HTTP/1.1\r\nHost: h\r\n\r\n").path, "/admin/!POKE");
    const Request bare =
        parsed("SOURCE /m HTTP/1.0\r\nContent-Length: 0\r\nConnection: Keep-Alive\r\n\r\n");
    EXPECT_EQ(bare.method, Method::Source);
    EXPECT_TRUE(bare.keep_alive());
    EXPECT_EQ(bare.content_length, 0U);
    EXPECT_FALSE(bare.basic_credentials());
}

TEST(Request, ReadsTheHeadsOfCurl) {
    const Request pipe = parsed(with_headers("Transfer-Encoding: chunked\r\n"));
    EXPECT_TRUE(pipe.chunked);
    EXPECT_FALSE(pipe.content_length);
    EXPECT_EQ(parsed(with_headers("Content-Length: 123456\r\n")).content_length, 123456U);
}

TEST(Request, KeepsTheClientsProtocol) {
    EXPECT_EQ(parsed("GET / HTTP/1.0\r\n\r\n").version, Version::Http10);
    EXPECT_FALSE(parsed("GET / HTTP/1.0\r\n\r\n").keep_alive());
    EXPECT_TRUE(parsed("GET / HTTP/1.1\r\n\r\n").keep_alive());
    const Request ice = parsed("SOURCE /m ICE/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(ice.ice);
    EXPECT_EQ(ice.version, Version::Http10);
    EXPECT_FALSE(ice.keep_alive());
    EXPECT_EQ(ice.log_line(), "SOURCE /m ICE/1.0");
    EXPECT_EQ(parsed("GET /a%20b?pass=x HTTP/1.1\r\n\r\n").log_line(), "GET /a%20b HTTP/1.1");
}

TEST(Request, AcceptsTheHostAndQueryOfAzuraCast) {
    const Request request =
        parsed("GET /radio.mp3?&_ic2=1 HTTP/1.0\r\nHost: radio.example/listen/one\r\n\r\n");
    EXPECT_EQ(request.path, "/radio.mp3");
    ASSERT_EQ(request.query.size(), 1U);
    EXPECT_EQ(request.query[0].key, "_ic2");
    EXPECT_EQ(request.query[0].value, "1");
}

TEST(Request, DecodesOverEscapedMounts) {
    EXPECT_EQ(parsed("GET /%6d%2fa%2emp3 HTTP/1.0\r\n\r\n").path, "/m/a.mp3");
    EXPECT_EQ(parsed("GET http://h:8000/m?x=1 HTTP/1.1\r\n\r\n").path, "/m");
    EXPECT_EQ(parsed("GET HTTP://h HTTP/1.1\r\n\r\n").path, "/");
    EXPECT_EQ(parsed("GET /caf\xc3\xa9 HTTP/1.1\r\n\r\n").path, "/caf\xc3\xa9");
}

TEST(Request, RefusesTargetsThatNameNoPath) {
    for (const std::string_view target : {"live", "*", "/%00", "/%0a", "/%zz", "/%2", "/a/../b",
                                          "/a/%2e%2e/b", "/.", "/..", "/./a", "http://h"}) {
        const std::string head = "GET " + std::string(target) + " HTTP/1.1\r\n\r\n";
        EXPECT_EQ(refused(head), target == "http://h" ? 0U : 400U) << target;
    }
}

TEST(Request, RefusesTwoAnswersToWhereTheBodyEnds) {
    EXPECT_EQ(refused(with_headers("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")), 400U);
    EXPECT_EQ(refused(with_headers("Transfer-Encoding: chunked\r\nContent-Length: 1\r\n")), 400U);
    EXPECT_EQ(refused(with_headers("Transfer-Encoding: gzip\r\nContent-Length: 1\r\n")), 400U);
    EXPECT_EQ(refused(with_headers("Content-Length: 1\r\nContent-Length: 2\r\n")), 400U);
    EXPECT_EQ(refused(with_headers("Content-Length: 1, 2\r\n")), 400U);
    EXPECT_EQ(parsed(with_headers("Content-Length: 7\r\nContent-Length: 7\r\n")).content_length,
              7U);
}

TEST(Request, RefusesMalformedFields) {
    EXPECT_EQ(refused(with_headers("Content-Length: -1\r\n")), 400U);
    EXPECT_EQ(refused(with_headers("Content-Length: x\r\n")), 400U);
    EXPECT_EQ(refused(with_headers("Content-Length:\r\n")), 400U);
    EXPECT_EQ(refused(with_headers("Content-Length: 99999999999999999999\r\n")), 400U);
    EXPECT_EQ(refused(with_headers("na me: x\r\n")), 400U);
    EXPECT_EQ(refused(with_headers("name: \x01\r\n")), 400U);
    EXPECT_EQ(refused(with_headers(std::string_view("name: \0\r\n", 9))), 400U);
}

TEST(Request, RefusesOtherTransferCodingsAndVersions) {
    EXPECT_EQ(refused(with_headers("Transfer-Encoding: gzip\r\n")), 501U);
    EXPECT_EQ(refused(with_headers("Transfer-Encoding: gzip, chunked\r\n")), 501U);
    EXPECT_EQ(refused(with_headers("Transfer-Encoding: identity\r\n")), 501U);
    EXPECT_EQ(refused("GET / HTTP/2.0\r\n\r\n"), 505U);
    EXPECT_EQ(refused("GET / HTTP/0.9\r\n\r\n"), 505U);
}

TEST(Request, EveryTruncationIsAnErrorOrAShorterRequestNeverACrash) {
    const std::string head =
        "SOURCE /m?a=b HTTP/1.1\r\nHost: h\r\nAuthorization: Basic YTpi\r\nExpect: x\r\n\r\n";
    for (std::size_t size = 0; size <= head.size(); ++size) {
        const auto request = parse_head(std::string_view(head).substr(0, size));
        EXPECT_TRUE(!request || request->method == Method::Source) << size;
        EXPECT_TRUE(request || size < head.size() - 2) << size;
    }
}

TEST(Request, IcyMetadataIsOnForANumberOtherThanZero) {
    const auto wants = [](std::string_view value) {
        return parsed(with_headers("icy-metadata: " + std::string(value) + "\r\n"))
            .wants_icy_metadata();
    };
    EXPECT_TRUE(wants("1"));
    EXPECT_TRUE(wants("16"));
    EXPECT_FALSE(wants("0"));
    EXPECT_FALSE(wants("yes"));
    EXPECT_FALSE(wants(""));
}

TEST(Request, ContinueIsExpectedOfHttp11Only) {
    EXPECT_FALSE(parsed("PUT /m HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue());
    EXPECT_TRUE(parsed("PUT /m HTTP/1.1\r\nExpect: 100-Continue\r\n\r\n").expects_continue());
    EXPECT_FALSE(parsed("PUT /m HTTP/1.1\r\nExpect: tea\r\n\r\n").expects_continue());
}

TEST(Request, KeepsUnknownMethodsByName) {
    const Request request = parsed("BREW / HTTP/1.1\r\n\r\n");
    EXPECT_EQ(request.method, Method::Other);
    EXPECT_EQ(request.method_text, "BREW");
}

}  // namespace
}  // namespace ringcast::server::http

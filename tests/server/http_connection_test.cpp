// SPDX-License-Identifier: Apache-2.0
#include "server/http/connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "tests/support/server_rig.hpp"

namespace ringcast::server::http {
namespace {

using net::CloseReason;
using testing::HasSubstr;
using testing::StartsWith;
using tests::ServerRig;
using tests::TcpPair;

/// Answers what the test asks for, and remembers what it saw.
class FakeHandler final : public Handler {
  public:
    boost::asio::awaitable<Next> handle(Connection& connection, const Request& request) override {
        paths.push_back(request.path);
        if (request.path == "/form") {
            const auto body = co_await connection.read_form(request);
            form = body.value_or("none");
        }
        if (request.path == "/take") {
            received = connection.received();
            descriptor = connection.detach();
            connection.worker().counters.subtract(runtime::Counter::ConnectionsOpen);
            co_return Next::Detached;
        }
        const bool refuse = request.path == "/refused";
        const Reply reply = text_reply(refuse ? Status::Forbidden : Status::Ok, "text");
        co_return co_await connection.reply(
            request, reply, refuse ? CloseReason::MountInUse : CloseReason::Answered);
    }
    boost::asio::awaitable<Next> handle_shoutcast(Connection& connection,
                                                  ShoutcastLoginReader& /*login*/) override {
        connection.refused(CloseReason::Unauthorized);
        co_return Next::Close;
    }

    std::vector<std::string> paths;
    std::string form;
    std::string received;
    int descriptor = -1;
};

class ConnectionTest : public testing::Test {
  protected:
    void SetUp() override {
        rig_.worker.counters.add(runtime::Counter::ConnectionsOpen);
        boost::asio::ip::tcp::socket socket(rig_.worker.context);
        socket.assign(boost::asio::ip::tcp::v4(), pair_.take_server());
        auto connection =
            std::make_shared<Connection>(rig_.worker, std::move(socket), port_, context_);
        boost::asio::co_spawn(
            rig_.worker.context,
            [connection]() -> boost::asio::awaitable<void> { co_await connection->run(); },
            boost::asio::detached);
    }

    /// All that the server says until it closes.
    std::string to_the_end() {
        EXPECT_TRUE(rig_.run_until([&] { return pair_.ended(); }));
        EXPECT_TRUE(rig_.run_until([&] { return rig_.worker.heads == 0; }));
        EXPECT_EQ(rig_.count(runtime::Counter::ConnectionsOpen), 0U);
        return pair_.received();
    }
    static std::string get(const std::string& path, const std::string& headers = {}) {
        return "GET " + path + " HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
    }

    ServerRig rig_;
    FakeHandler handler_;
    Port port_{.number = 8000, .shoutcast_mount = {}};
    ConnectionContext context_{.handler = handler_,
                               .submitter = rig_.submitter,
                               .logger = rig_.logger,
                               .server_id = "Test",
                               .head_limits = {.bytes_max = 4096, .headers_max = 32},
                               .header_timeout = std::chrono::milliseconds(300)};
    TcpPair pair_;
};

TEST_F(ConnectionTest, RequestsFollowEachOtherAlsoInOnePacket) {
    pair_.send(get("/a") + get("/b") + get("/c", "Connection: close\r\n") + get("/never"));
    EXPECT_THAT(to_the_end(), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(handler_.paths, (std::vector<std::string>{"/a", "/b", "/c"}));
    EXPECT_EQ(rig_.closed(CloseReason::Answered), 1U);
}

TEST_F(ConnectionTest, HeadMayComeByteByByte) {
    for (const char c : get("/slow", "Connection: close\r\n")) {
        pair_.send({&c, 1});
        rig_.run_for(std::chrono::milliseconds(1));
    }
    (void)to_the_end();
    EXPECT_EQ(handler_.paths, std::vector<std::string>{"/slow"});
}

TEST_F(ConnectionTest, UnfinishedHeadIs408InTime) {
    pair_.send("GET /a HTTP/1.1\r\nHost");
    EXPECT_THAT(to_the_end(), StartsWith("HTTP/1.0 408 "));
    EXPECT_EQ(rig_.closed(CloseReason::HeaderTimeout), 1U);
}

TEST_F(ConnectionTest, SilentOneIsClosedInTime) {
    EXPECT_EQ(to_the_end(), "");
    EXPECT_EQ(rig_.closed(CloseReason::HeaderTimeout), 1U);
}

TEST_F(ConnectionTest, KeptOneThatStaysSilentEndedWithItsAnswer) {
    pair_.send(get("/a"));
    EXPECT_THAT(to_the_end(), HasSubstr("Connection: Keep-Alive\r\n"));
    EXPECT_EQ(rig_.closed(CloseReason::Answered), 1U);
}

TEST_F(ConnectionTest, OversizeHeadIs431) {
    pair_.send("GET /a HTTP/1.1\r\nX: " + std::string(5000, 'x'));
    EXPECT_THAT(to_the_end(), StartsWith("HTTP/1.0 431 "));
    EXPECT_EQ(rig_.worker.refused.value(CloseReason::HeaderTooLarge), 1U);
}

TEST_F(ConnectionTest, BytesBehindTheHeadAreThereForWhoTakesTheSocket) {
    pair_.send("PUT /take HTTP/1.1\r\nHost: h\r\n\r\naudio");
    ASSERT_TRUE(rig_.run_until([&] { return handler_.descriptor >= 0; }));
    EXPECT_EQ(handler_.received, "audio");
    EXPECT_TRUE(rig_.run_until([&] { return rig_.worker.heads == 0; }));
    EXPECT_FALSE(pair_.ended());
    ::close(handler_.descriptor);
}

TEST_F(ConnectionTest, RefusalReachesWhoKeepsSendingItsBody) {
    pair_.send("SOURCE /refused HTTP/1.0\r\n\r\n" + std::string(300'000, 'a'));
    pair_.half_close();
    EXPECT_THAT(to_the_end(), StartsWith("HTTP/1.0 403 "));
    EXPECT_FALSE(pair_.was_reset()) << "which may cost the peer the answer";
    EXPECT_EQ(rig_.closed(CloseReason::MountInUse), 1U);
}

TEST_F(ConnectionTest, UnreadBodyIsNeverTheNextRequest) {
    pair_.send("POST /refused HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n" + get("/evil"));
    pair_.half_close();
    EXPECT_THAT(to_the_end(), HasSubstr("Connection: Close\r\n"));
    EXPECT_EQ(handler_.paths, std::vector<std::string>{"/refused"});
}

TEST_F(ConnectionTest, FormIsReadAndTheConnectionKept) {
    pair_.send("POST /form HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\na=b&c" +
               get("/after", "Connection: close\r\n"));
    EXPECT_THAT(to_the_end(), HasSubstr("Connection: Keep-Alive\r\n"));
    EXPECT_EQ(handler_.form, "a=b&c");
    EXPECT_EQ(handler_.paths, (std::vector<std::string>{"/form", "/after"}));
}

TEST_F(ConnectionTest, EveryRefusalOnAKeptConnectionCounts) {
    pair_.send(get("/refused") + get("/refused") + get("/fine", "Connection: close\r\n"));
    (void)to_the_end();
    EXPECT_EQ(rig_.worker.refused.value(CloseReason::MountInUse), 2U);
    EXPECT_EQ(rig_.closed(CloseReason::Answered), 1U);
}

TEST_F(ConnectionTest, ResetWhileWaitingIsNoticed) {
    pair_.send("GET /a HT");
    rig_.run_for(std::chrono::milliseconds(20));
    pair_.reset();
    ASSERT_TRUE(rig_.run_until([&] { return rig_.worker.heads == 0; }));
    EXPECT_EQ(rig_.closed(CloseReason::ClientReset), 1U);
}

}  // namespace
}  // namespace ringcast::server::http

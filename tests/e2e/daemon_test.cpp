// SPDX-License-Identifier: Apache-2.0
// The program itself: its commands, signals, logs and passwords.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/support/listener.hpp"
#include "tests/support/paced_source.hpp"
#include "tests/support/test_server.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

Finished check_config(const std::string& config) {
    const TempDir dir;
    write_file(dir.file("ringcast.json"), config);
    return run({ringcast_binary(), "check", "--config", dir.file("ringcast.json").string()});
}

// A whole config whose station list is followed by `more`.
std::string config_with(const std::string& stations, const std::string& more = "") {
    return R"({"listen": [{"port": 8000}],
        "auth": {"source": {"user": "source", "password": "hackme"},
                 "admin": {"user": "admin", "password": "hackme"}},
        "stations": )" +
           stations + more + "}";
}

TEST(Check, SmallestConfigAndCommentsAreFine) {
    const Finished good = check_config("// a comment\n" + config_with(R"([{"mount": "/live"}])"));
    EXPECT_EQ(good.exit_code, 0) << good.output << good.errors;
}

struct BadConfig {
    const char* name;
    const char* stations;
    const char* more;
    std::vector<const char*> says;
};

class CheckRefuses : public testing::TestWithParam<BadConfig> {};

INSTANTIATE_TEST_SUITE_P(
    Daemon, CheckRefuses,
    testing::Values(
        BadConfig{"UnknownKey",
                  R"([{"mount": "/live", "brust": "4s"}])",
                  "",
                  {"stations[0].brust", "did you mean", "burst"}},
        BadConfig{"DuplicateMount",
                  R"([{"mount": "/live"}, {"mount": "/live"}])",
                  "",
                  {"stations[1].mount", "/live"}},
        BadConfig{"MountWithoutSlash", R"([{"mount": "live"}])", "", {"stations[0].mount", "live"}},
        BadConfig{"WrongType", R"([{"mount": 7}])", "", {"stations[0].mount", "7"}},
        BadConfig{"UnknownWord",
                  R"([{"mount": "/live", "takeover": "sometimes"}])",
                  "",
                  {"stations[0].takeover", "sometimes", "silent"}},
        BadConfig{"BadSize",
                  R"([{"mount": "/live", "ring": "1 MegaByte"}])",
                  "",
                  {"stations[0].ring", "1 MegaByte"}},
        BadConfig{"NegativeDuration",
                  "[]",
                  R"(, "limits": {"header_timeout": "-1s"})",
                  {"limits.header_timeout", "-1s"}},
        BadConfig{"DuplicateKey",
                  "[]",
                  R"(, "limits": {"sources": 1, "sources": 2})",
                  {"limits.sources"}},
        BadConfig{"OutOfRange", "[]", R"(, "fanout": {"phase": "1h"})", {"fanout.phase", "1h"}},
        BadConfig{"PoolTooSmall",
                  R"([{"mount": "/a", "ring": "8MiB"}])",
                  R"(, "pool": {"size": "4MiB"})",
                  {"pool.size"}},
        BadConfig{"InputThatIsNotThere",
                  R"([{"mount": "/a", "input": "/nowhere/at/all.mp3"}])",
                  "",
                  {"stations[0].input", "/nowhere/at/all.mp3"}},
        BadConfig{"BrokenJson", "[", "", {"ringcast.json"}}),
    [](const auto& tested) { return tested.param.name; });

TEST_P(CheckRefuses, NamesThePathTheValueAndWhatWasExpected) {
    const Finished bad = check_config(config_with(GetParam().stations, GetParam().more));
    EXPECT_EQ(bad.exit_code, 1);
    for (const char* part : GetParam().says) {
        EXPECT_THAT(bad.errors + bad.output, HasSubstr(part));
    }
}

TEST(Check, MissingFileIsNamed) {
    const Finished bad = run({ringcast_binary(), "check", "--config", "/nonexistent.json"});
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_THAT(bad.errors, HasSubstr("/nonexistent.json"));
}

TEST(Commands, VersionHelpAndSchema) {
    EXPECT_THAT(run({ringcast_binary(), "--version"}).output, HasSubstr(RINGCAST_VERSION));
    const Finished help = run({ringcast_binary(), "--help"});
    for (const char* command : {"serve", "check", "schema", "hash-password"}) {
        EXPECT_THAT(help.output, HasSubstr(command));
    }
    const Finished schema = run({ringcast_binary(), "schema"});
    EXPECT_EQ(schema.exit_code, 0);
    EXPECT_TRUE(nlohmann::json::parse(schema.output).contains("properties"));
    EXPECT_NE(run({ringcast_binary(), "dance"}).exit_code, 0);
}

TEST(Passwords, HashLetsInWhatThePasswordDoes) {
    const Finished hashed = run({ringcast_binary(), "hash-password"}, {.input = "s3cret\n"});
    EXPECT_EQ(hashed.exit_code, 0) << hashed.errors;
    std::string hash = hashed.output;
    ASSERT_THAT(hash, StartsWith("$"));
    hash.erase(hash.find_last_not_of('\n') + 1);
    TestServer server(R"({"auth": {"source": {"user": "source", "password": ")" + hash + R"("}}})");
    EXPECT_EQ(try_login(server.port(), {.password = hash}).status(), 401);
    EXPECT_EQ(try_login(server.port(), {.password = "wrong"}).status(), 401);
    EXPECT_EQ(try_login(server.port(), {.password = "s3cret"}).status(), 200);
}

TEST(Signals, TermUnderTwoHundredListenersExitsInTime) {
    TestServer server;
    PacedSource source(server.port(), media(MediaKind::Mp3), 2);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    std::vector<Listener> crowd;
    for (int i = 0; i < 200; ++i) {
        crowd.push_back(listen(server.port(), "/live"));
        EXPECT_EQ(crowd.back().reply.status(), 200);
    }
    EXPECT_TRUE(eventually([&] { return server.listeners() == 200; }));
    server.stop();
    for (Listener& listener : crowd) {
        EXPECT_TRUE(listener.wire.closed_within(seconds{1}));
    }
}

TEST(Signals, InterruptStopsAsTermDoes) {
    TestServer server;
    server.process().send_signal(SIGINT);
    EXPECT_EQ(server.process().wait(seconds{2}), 0);
}

TEST(Signals, HangupReopensTheLogs) {
    const TempDir dir;
    const auto access = dir.file("access.log");
    TestServer server(R"({"log": {"file": ")" + dir.file("ringcast.log").string() +
                      R"(", "access_file": ")" + access.string() + R"("}})");
    (void)get(server.port(), "/first");
    EXPECT_TRUE(eventually([&] { return read_file(access).find("/first") != std::string::npos; }));
    for (const char* name : {"access.log", "ringcast.log"}) {
        std::filesystem::rename(dir.file(name), dir.file(std::string(name) + ".1"));
    }
    server.process().send_signal(SIGHUP);
    EXPECT_TRUE(eventually([&] {
        return std::filesystem::exists(access) && std::filesystem::exists(dir.file("ringcast.log"));
    }));
    (void)get(server.port(), "/second");
    EXPECT_TRUE(eventually([&] { return read_file(access).find("/second") != std::string::npos; }));
    EXPECT_EQ(read_file(dir.file("access.log.1")).find("/second"), std::string::npos);
}

TEST(Logs, AccessLineIsIcecasts) {
    const TempDir dir;
    const auto access = dir.file("access.log");
    TestServer server(R"({"log": {"access_file": ")" + access.string() + R"("}})");
    PacedSource source(server.port(), media(MediaKind::Mp3));
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Listener listener = listen(server.port(), "/live?token=1",
                               {.headers = {"User-Agent: Test \"Player\"", "Referer: http://x/"}});
    (void)listener.wire.read_exactly(50000);
    listener.wire.reset();
    const auto line = [&] {
        const std::string text = read_file(access);
        const std::size_t at = text.find("GET /live");
        const std::size_t begin = at == std::string::npos ? 0 : text.rfind('\n', at) + 1;
        return at == std::string::npos ? "" : text.substr(begin, text.find('\n', at) - begin);
    };
    ASSERT_TRUE(eventually([&] { return !line().empty(); }));
    EXPECT_THAT(line(), MatchesRegex("127\\.0\\.0\\.1 - - \\[[0-9]+/[A-Z][a-z]+/[0-9]+:[0-9:]+ "
                                     "[+-][0-9]+\\] \"GET /live HTTP/1\\.1\" 200 [0-9]+ "
                                     "\"http://x/\" \"Test %22Player%22\" [0-9]+"));
}

TEST(Logs, JsonLinesOnRequest) {
    const TempDir dir;
    const auto log = dir.file("ringcast.log");
    {
        TestServer server(R"({"log": {"format": "json", "file": ")" + log.string() + R"("}})");
        EXPECT_EQ(try_login(server.port(), {}).status(), 200);
    }
    std::istringstream lines(read_file(log));
    std::string line;
    int count = 0;
    for (; std::getline(lines, line); ++count) {
        EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    }
    EXPECT_GE(count, 2);
}

TEST(Logs, PasswordsNeverAppear) {
    TestServer server(R"({"log": {"level": "debug"},
                          "auth": {"source": {"user": "source", "password": "verysecret"}}})");
    EXPECT_EQ(try_login(server.port(), {.password = "verysecret"}).status(), 200);
    EXPECT_EQ(try_login(server.port(), {.password = "guessed"}).status(), 401);
    (void)get(server.port(), "/admin.cgi?pass=verysecret&mode=updinfo&song=x");
    server.process().send_signal(SIGTERM);
    (void)server.process().wait(seconds{2});
    EXPECT_THAT(server.process().errors() + server.process().output(),
                testing::Not(HasSubstr("verysecret")));
}

}  // namespace
}  // namespace ringcast::tests::e2e

// SPDX-License-Identifier: Apache-2.0
// What a listener costs, and that connections leave nothing behind: PSS and descriptors of the
// unmodified server.
#include <gtest/gtest.h>

#include <deque>

#include "tests/support/http_client.hpp"
#include "tests/support/load_tool.hpp"
#include "tests/support/process_stats.hpp"
#include "tests/support/test_server.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RINGCAST_SANITIZED  // most memory is the sanitizer's: nothing can be said of the server's
#endif

namespace ringcast::tests::e2e {
namespace {

using namespace support;

constexpr const char* kDefaultStations = R"({"station_defaults": null})";
constexpr const char* kAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox";

#ifndef RINGCAST_SANITIZED
TEST(Memory, OfAListenerIsAtMost512Bytes) {
    constexpr int kFew = 200;
    constexpr int kMany = 2000;
    TestServer server(kDefaultStations);
    LoadTool source({"source", "--port", std::to_string(server.port()), "--mount", "/live"});
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const pid_t pid = server.process().pid();
    const auto crowd = [&](int listeners) {
        return LoadTool({"listen", server.url("/live"), "--listeners", std::to_string(listeners),
                         "--agent", kAgent, "--icy", "0.5"});
    };
    LoadTool few = crowd(kFew);
    ASSERT_TRUE(eventually([&] { return server.listeners() == kFew; }));
    std::this_thread::sleep_for(seconds{1});  // every listener was served a few times
    const std::size_t with_few = pss_bytes(pid);
    LoadTool more = crowd(kMany - kFew);
    ASSERT_TRUE(eventually([&] { return server.listeners() == kMany; }));
    std::this_thread::sleep_for(seconds{1});
    const std::size_t each = (pss_bytes(pid) - with_few) / (kMany - kFew);
    EXPECT_LE(each, 512U);
    EXPECT_GE(each, 192U) << "less than a record: this does not measure listeners";
    RecordProperty("bytes_per_listener", std::to_string(each));
    EXPECT_EQ(few.stop().exit_code, 0);
    EXPECT_EQ(more.stop().exit_code, 0);
}
#endif

/// Connects and leaves in every way that clients have.
class Visitors {
  public:
    explicit Visitors(std::uint16_t port) : port_(port) {}

    void visit(int count) {
        for (int i = 0; i < count; ++i) {
            visit_once(visits_++);
        }
        staying_.clear();
    }

  private:
    // Listeners that are there at a time.
    static constexpr std::size_t kStaying = 50;

    void visit_once(int number) {
        const std::string agent = std::string("User-Agent: ") + kAgent;
        WireClient wire(port_);
        switch (number % 5) {
            case 0:
            case 1:
                wire.send(
                    head_of({.target = "/live", .headers = {agent, "Icy-MetaData: 1"}}, port_));
                (void)wire.read_head();
                staying_.push_back(std::move(wire));
                if (staying_.size() > kStaying) {
                    if (number % 2 == 0) {
                        staying_.front().reset();
                    }
                    staying_.pop_front();
                }
                return;
            case 2:
                wire.send("GET /live HTTP/1.1\r\nUser-Ag");
                return;
            case 3:
                wire.send(
                    head_of({.method = "HEAD", .target = "/live", .headers = {agent}}, port_));
                (void)wire.read_head();
                return;
            default:
                wire.send(head_of({.target = "/nothing-here", .headers = {agent}}, port_));
                (void)wire.read_head();
                wire.reset();
                return;
        }
    }

    std::uint16_t port_;
    int visits_ = 0;
    std::deque<WireClient> staying_;
};

TEST(Memory, AfterTwentyThousandConnectsIsWhatItWasAfterAThousand) {
    TestServer server(kDefaultStations);
    LoadTool source({"source", "--port", std::to_string(server.port()), "--mount", "/live"});
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    const pid_t pid = server.process().pid();
    const std::size_t descriptors = open_descriptors(pid);
    const auto all_left = [&] {
        return server.listeners() == 0 && open_descriptors(pid) == descriptors;
    };
    Visitors visitors(server.port());
    visitors.visit(1'000);
    ASSERT_TRUE(eventually(all_left)) << open_descriptors(pid);
    [[maybe_unused]] const std::size_t after_a_thousand = pss_bytes(pid);
    visitors.visit(19'000);
    EXPECT_TRUE(eventually(all_left)) << open_descriptors(pid) << ", not " << descriptors;
#ifndef RINGCAST_SANITIZED
    // Were the smallest piece of the heap (32 bytes) left behind by each kind's fifth, it would be
    // 120 kB.
    EXPECT_LE(pss_bytes(pid), after_a_thousand + 96 * std::size_t{1024});
#endif
}

}  // namespace
}  // namespace ringcast::tests::e2e

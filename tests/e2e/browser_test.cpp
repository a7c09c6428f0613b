// SPDX-License-Identifier: Apache-2.0
// Headless Chromium opens the page, presses play, and its audio clock advances.
#include <gtest/gtest.h>

#include "tests/support/paced_source.hpp"
#include "tests/support/test_server.hpp"
#include "tests/support/web_driver.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;

class BrowserPlays : public testing::TestWithParam<MediaKind> {};

INSTANTIATE_TEST_SUITE_P(Page, BrowserPlays,
                         testing::Values(MediaKind::Mp3, MediaKind::Opus, MediaKind::WebM),
                         [](const auto& tested) { return name_of(tested.param); });

TEST_P(BrowserPlays, AudioClockAdvancesAfterPlayIsPressed) {
    const Media sent = media(GetParam());
    TestServer server;
    PacedSource source(server.port(), sent, 1.5);
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    Browser browser;
    browser.open(server.url("/"));
    ASSERT_TRUE(eventually([&] { return browser.press("Play"); })) << "no button says Play";
    const auto clock = [&] {
        return browser
            .evaluate(
                "const audio = document.querySelector('audio'); return audio ? "
                "audio.currentTime : 0")
            .get<double>();
    };
    EXPECT_TRUE(eventually([&] { return clock() > 0.5; }, seconds{15})) << clock();
    const double earlier = clock();
    EXPECT_TRUE(eventually([&] { return clock() > earlier + 1; })) << clock();
    EXPECT_EQ(browser.console_errors(), "[]");
}

TEST(Page, ShowsStationTitleAndListenersInTheBrowser) {
    TestServer server;
    PacedSource source(server.port(), media(MediaKind::Mp3), 1.5,
                       {.headers = {"ice-name: Page Station"}});
    ASSERT_TRUE(eventually([&] { return server.on_air(); }));
    EXPECT_EQ(get(server.port(), "/admin/metadata?mount=/live&mode=updinfo&song=On%20The%20Page",
                  {basic_auth("source", "hackme")})
                  .status(),
              200);
    Browser browser;
    browser.open(server.url("/"));
    const auto shows = [&](const char* text) {
        return browser.evaluate("return document.body.innerText").get<std::string>().find(text) !=
               std::string::npos;
    };
    EXPECT_TRUE(eventually([&] { return shows("Page Station"); }));
    EXPECT_TRUE(eventually([&] { return shows("On The Page"); }, seconds{15}));
}

}  // namespace
}  // namespace ringcast::tests::e2e

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/html_report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace ringcast::loadtest {
namespace {

using testing::HasSubstr;
using testing::Not;

RunResult watched_run() {
    RunResult result;
    result.command_line = "ringcast-load check --mount '<live>'";
    result.fleet.emplace();
    result.fleet->latency.record(20'000);
    result.fleet->join.record(1'000);
    result.server.emplace();
    ServerSample idle;
    idle.pss_bytes = 5'000'000;
    idle.sockets = SocketMemory{.queued_bytes = 70'000};
    ServerSample busy = idle;
    busy.cpu_seconds = 0.5;
    result.series = {
        {.seconds = 0, .server = idle},
        {.seconds = 2, .opened = 12, .streaming = 10, .bytes = 6'000, .gaps = 4, .server = busy}};
    return result;
}

std::size_t count(const std::string& text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++found;
    }
    return found;
}

TEST(HtmlReport, ShowsEveryQuantityOverTime) {
    const std::string page = html(watched_run(), {});
    EXPECT_THAT(page, HasSubstr("Connected: streaming from 0 to 10 listeners"));
    EXPECT_THAT(page, HasSubstr("New connections: opened from 6 to 6 a second"));
    EXPECT_THAT(page, HasSubstr("Received by all listeners: received from 3 k to 3 k bytes/s"));
    EXPECT_THAT(page, HasSubstr("CPU: server from 25 to 25 % of a core"));
    EXPECT_THAT(page, HasSubstr("Server memory (PSS): PSS from 5 M to 5 M bytes"));
    EXPECT_THAT(page, HasSubstr("Kernel memory of its sockets: sockets from 70 k"));
    EXPECT_THAT(page, HasSubstr("aria-label=\"Latency: "));
    EXPECT_THAT(page, HasSubstr("Gaps and failures so far: gaps from 0 to 4"));
    EXPECT_EQ(count(page, "<svg"), 9U);
    EXPECT_EQ(count(page, "<svg"), count(page, "role=\"img\" aria-label=\""));
}

TEST(HtmlReport, DrawsNoRateOfAnInstant) {
    RunResult result = watched_run();
    SeriesPoint last = result.series.back();
    last.seconds += 0.001;
    last.bytes += 5'000;
    result.series.push_back(last);
    EXPECT_THAT(html(result, {}), HasSubstr("received from 3 k to 3 k bytes/s, at most 3 k"));
}

TEST(HtmlReport, LeavesOutWhatWasNotMeasured) {
    RunResult result = watched_run();
    result.server.reset();
    for (SeriesPoint& point : result.series) {
        point.server.reset();
    }
    const std::string page = html(result, {});
    EXPECT_EQ(count(page, "<svg"), 7U);
    EXPECT_THAT(page, Not(HasSubstr("PSS")));
}

TEST(HtmlReport, SaysTheVerdictFirst) {
    EXPECT_THAT(html(watched_run(), {}), HasSubstr("<h1 class=\"passed\">Passed</h1>"));
    EXPECT_THAT(html(watched_run(), {"3 gaps"}),
                HasSubstr("<h1 class=\"failed\">Failed</h1>\n<ul>\n<li>3 gaps</li>"));
}

TEST(HtmlReport, EscapesWhatOthersSaid) {
    RunResult result = watched_run();
    result.fleet->failures["<script>alert(1)</script>"] = 1;
    const std::string page = html(result, {"<b>"});
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("<b>")));
    EXPECT_THAT(page, HasSubstr("1 x &lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_THAT(page, HasSubstr("&#39;&lt;live&gt;&#39;"));
}

TEST(HtmlReport, LoadsNothing) {
    const std::string page = html(watched_run(), {});
    for (const char* reference : {"src=", "href=", "url(", "@import", "http:", "https:"}) {
        EXPECT_THAT(page, Not(HasSubstr(reference)));
    }
}

}  // namespace
}  // namespace ringcast::loadtest

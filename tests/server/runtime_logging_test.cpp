// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/logging.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "tests/support/event_recorder.hpp"

/// Throws when it is printed.
struct Unprintable {};

template <>
struct fmt::formatter<Unprintable> {
    static constexpr auto parse(fmt::format_parse_context& context) { return context.begin(); }
    static auto format(const Unprintable&, fmt::format_context& context)
        -> decltype(context.out()) {
        throw std::runtime_error("unprintable");
    }
};

namespace ringcast::server::runtime {
namespace {

using tests::EventRecorder;

class LoggerTest : public testing::Test {
  protected:
    LogLine line(std::size_t index) {
        submitter_.stop();
        return unpack_log_line(recorder_.events.at(index).second);
    }
    std::size_t lines() {
        submitter_.stop();
        return recorder_.events.size();
    }

    static constexpr std::size_t kTextMax = kEventPayloadBytes - 16;
    EventRecorder recorder_;
    Submitter submitter_{recorder_, {.slots = 64}};
    Logger log_{submitter_, LogLevel::Info};
};

TEST_F(LoggerTest, LineCarriesLevelTimeAndText) {
    log_.warning("station {} has {} listeners", "/live", 12);
    EXPECT_EQ(line(0).level, LogLevel::Warning);
    EXPECT_EQ(line(0).text, "station /live has 12 listeners");
    EXPECT_GT(line(0).time_us, 1'700'000'000'000'000);
}

TEST_F(LoggerTest, LinesBelowTheLevelAreNotQueued) {
    log_.debug("no");
    log_.info("yes");
    log_.set_level(LogLevel::Error);
    log_.warning("no");
    log_.error("yes");
    EXPECT_EQ(lines(), 2U);
}

TEST_F(LoggerTest, TextAsLongAsASlotIsWhole) {
    const std::string text(kTextMax, 'a');
    log_.info("{}", text);
    EXPECT_EQ(line(0).text, text);
}

TEST_F(LoggerTest, LongerTextEndsWithAnEllipsis) {
    log_.info("{}", std::string(kTextMax + 1, 'a'));
    EXPECT_EQ(line(0).text, std::string(kTextMax - 3, 'a') + "\u2026");
}

TEST_F(LoggerTest, TruncationTearsNoUtf8Sequence) {
    for (std::size_t shift = 0; shift < 4; ++shift) {
        std::string text(shift, 'a');
        while (text.size() <= kTextMax) {
            text += "\U0001F399";  // four bytes
        }
        log_.info("{}", text);
    }
    for (std::size_t shift = 0; shift < 4; ++shift) {
        std::string_view text = line(shift).text;
        ASSERT_TRUE(text.ends_with("\u2026"));
        text.remove_suffix(3);
        EXPECT_EQ((text.size() - shift) % 4, 0U);
        EXPECT_TRUE(text.ends_with("\U0001F399"));
    }
}

TEST_F(LoggerTest, ArgumentThatThrowsCostsItsLineOnly) {
    log_.info("{}", Unprintable{});
    log_.info("after");
    EXPECT_EQ(line(0).text, "a log line could not be formatted");
    EXPECT_EQ(line(1).text, "after");
}

TEST_F(LoggerTest, LimitedSiteSaysHowManyLinesWereLeftOut) {
    RateLimited site;
    EXPECT_EQ(site.admit(-1), std::nullopt);
    EXPECT_EQ(site.admit(-1), std::nullopt);
    log_.limited(site, LogLevel::Debug, "not counted, as it would not be written");
    log_.limited(site, LogLevel::Info, "{} lags", "/live");
    EXPECT_EQ(line(0).text, "/live lags (2 more like this)");
}

TEST_F(LoggerTest, DefaultLoggerDiscards) {
    const Logger none;
    none.error("nobody reads this");
    EXPECT_FALSE(none.enabled(LogLevel::Error));
}

TEST_F(LoggerTest, FullQueueShedsLines) {
    submitter_.stop();
    for (int i = 0; i < 70; ++i) {
        log_.info("{}", i);
    }
    EXPECT_EQ(submitter_.shed(EventKind::LogLine), 6U);
}

TEST(RateLimited, LetsOneThroughPerSecondAndCountsTheOthers) {
    RateLimited site;
    EXPECT_EQ(site.admit(10'000), 0U);
    EXPECT_EQ(site.admit(10'001), std::nullopt);
    EXPECT_EQ(site.admit(10'999), std::nullopt);
    EXPECT_EQ(site.admit(11'000), 2U);
    EXPECT_EQ(site.admit(11'500), std::nullopt);
    EXPECT_EQ(site.admit(60'000), 1U);
}

TEST(LogLevel, NamesAreReadAndPrinted) {
    for (const std::string_view name : {"debug", "info", "warning", "error"}) {
        ASSERT_TRUE(parse_log_level(name).has_value());
        EXPECT_EQ(to_string(*parse_log_level(name)), name);
    }
    EXPECT_EQ(parse_log_level("verbose"), std::nullopt);
}

}  // namespace
}  // namespace ringcast::server::runtime

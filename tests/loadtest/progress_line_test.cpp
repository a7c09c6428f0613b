// SPDX-License-Identifier: Apache-2.0
#include "loadtest/progress_line.hpp"

#include <gtest/gtest.h>

namespace ringcast::loadtest {
namespace {

TEST(ProgressText, SaysWhatHappenedSinceTheLastOne) {
    const SeriesPoint before{.seconds = 10, .bytes = 1'000'000};
    const SeriesPoint now{.seconds = 12, .opened = 500, .streaming = 498, .bytes = 17'000'000};
    EXPECT_EQ(progress_text(before, now, 3),
              "12 s  3 sources  500 opened, 498 streaming  64.0 Mbit/s");
}

TEST(ProgressText, SaysWhoFailedAndWhoLeftAndWhatIsMissing) {
    const SeriesPoint now{
        .seconds = 2, .opened = 9, .streaming = 5, .failed = 1, .left = 3, .gaps = 7};
    EXPECT_EQ(progress_text({}, now, 0),
              "2 s  9 opened, 5 streaming, 1 failed, 3 left, 7 gaps  0.0 Mbit/s");
}

TEST(ProgressText, SaysWhatTheServerNeeds) {
    const SeriesPoint before{.seconds = 1, .server = ServerSample{.cpu_seconds = 0.5}};
    const SeriesPoint now{.seconds = 2, .server = ServerSample{.cpu_seconds = 0.75}};
    EXPECT_EQ(progress_text(before, now, 1), "2 s  1 sources  server 25 % CPU");
}

TEST(ProgressText, DividesByNoTimeAtAll) {
    EXPECT_EQ(progress_text({}, {}, 0), "0 s");
}

}  // namespace
}  // namespace ringcast::loadtest

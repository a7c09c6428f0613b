// SPDX-License-Identifier: Apache-2.0
#include "loadtest/command_line.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ringcast::loadtest {
namespace {

std::string shown(const std::vector<const char*>& words) {
    return shown_command_line(words);
}

TEST(CommandLine, IsWhatAShellWouldTake) {
    EXPECT_EQ(shown({"ringcast-load", "listen", "http://127.0.0.1:8000/live-{}", "--ramp", "500"}),
              "ringcast-load listen http://127.0.0.1:8000/live-{} --ramp 500");
    EXPECT_EQ(shown({"a", "", "b c", "it's", "$x\n"}), "a '' 'b c' 'it'\\''s' '$x\n'");
}

TEST(CommandLine, ShowsNoPassword) {
    EXPECT_EQ(shown({"a", "--password", "secret", "--port", "1"}), "a --password *** --port 1");
    EXPECT_EQ(shown({"a", "--password", "--password", "--port"}), "a --password *** --port");
    EXPECT_EQ(shown({"a", "--password=secret"}), "a --password=***");
    EXPECT_EQ(shown({"a", "--password"}), "a --password");
}

}  // namespace
}  // namespace ringcast::loadtest

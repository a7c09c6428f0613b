// SPDX-License-Identifier: Apache-2.0
// The benches of the whole system are run by hand; this keeps the way to their numbers open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace ringcast::tests::e2e {
namespace {

using namespace support;

TEST(FanoutBench, QuickRunMeasuresEveryRowAndFindsNoWrongByte) {
    const TempDir dir;
    const Finished bench =
        run({RINGCAST_FANOUT_BENCH, "--quick", "--out", dir.path().string()}, {}, seconds{110});
    ASSERT_EQ(bench.exit_code, 0) << bench.output << bench.errors;
    const auto json = nlohmann::json::parse(read_file(dir.file("fanout-60.json")));
    std::vector<std::string> rows;
    for (const auto& row : json.at("rows")) {
        SCOPED_TRACE(row.dump(2));
        rows.push_back(row.at("name"));
        const auto& median = row.at("median");
        for (const char* none : {"failed", "gaps", "wrong"}) {
            EXPECT_TRUE(median.at(none) == 0 || rows.back() == "icecast2") << none;
        }
        // 60 listeners and 8 probes of 128 kbit/s; in one second a delivery more or less may fall.
        EXPECT_GT(median.at("mbit_s"), 5);
        EXPECT_LT(median.at("mbit_s"), 12);
        EXPECT_GT(median.at("ns_per_kb"), 0);
    }
    std::vector<std::string> expected{"ringcast",      "floor",
                                      "icecast2",      "ringcast, delivery 100ms",
                                      "floor, 100 ms", "ringcast, all ICY",
                                      "floor, all ICY"};
    if (!std::filesystem::exists("/usr/bin/icecast2")) {
        std::erase(expected, "icecast2");
    }
    EXPECT_EQ(rows, expected);
    EXPECT_TRUE(read_file(dir.file("fanout-60.svg")).starts_with("<svg"));
}

}  // namespace
}  // namespace ringcast::tests::e2e

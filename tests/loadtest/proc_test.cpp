// SPDX-License-Identifier: Apache-2.0
#include "loadtest/proc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace ringcast::loadtest {
namespace {

using testing::HasSubstr;

std::string stat_of(const std::string& name, const std::string& state) {
    return "77 (" + name + ") " + state +
           " 1 77 77 0 -1 4194304 98 0 0 0 250 130 9 9 20 0 4 0 1623662 3133440 365 1 2 3\n";
}

TEST(Proc, ReadsCpuAndStartWhateverTheProgramIsCalled) {
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    for (const char* name : {"cat", "a b", ") R 1 2", "((", ""}) {
        const auto reading = parse_stat(stat_of(name, "S"));
        ASSERT_TRUE(reading) << name;
        EXPECT_DOUBLE_EQ(reading->seconds, 380 / ticks);
        EXPECT_EQ(reading->started, 1'623'662U);
        EXPECT_FALSE(reading->ended);
    }
    EXPECT_TRUE(parse_stat(stat_of("cat", "Z"))->ended);
}

TEST(Proc, RefusesEveryTruncationOfTheFieldsItNeeds) {
    const std::string text = stat_of("cat", "S");
    const std::size_t needed = text.find("1623662");
    for (std::size_t size = 0; size <= needed; ++size) {
        EXPECT_FALSE(parse_stat(text.substr(0, size))) << size;
    }
}

TEST(Proc, SumsThePssOfWhatIsNoFile) {
    const std::string head = "561a-7ffe ---p 00000000 00:00 0   [rollup]\nRss:  1752 kB\n";
    const std::string file = "Pss:  5365 kB\nPss_Dirty:  7 kB\nPss_File:  5000 kB\n";
    EXPECT_EQ(parse_pss(head + "Pss_Anon:   265 kB\n" + file + "Pss_Shmem:  100 kB\n"),
              365U * 1'024);
    EXPECT_FALSE(parse_pss(head + "Pss_Anon:   265 kB\n" + file));
    EXPECT_FALSE(parse_pss(head + file + "Pss_Shmem:  100 kB\n"));
    EXPECT_FALSE(parse_pss(head + "Pss_Anon:  much kB\nPss_Shmem:  100 kB\n"));
    EXPECT_FALSE(parse_pss(""));
}

TEST(Proc, KnowsThisProcess) {
    const auto cpu = read_cpu(::getpid());
    ASSERT_TRUE(cpu);
    EXPECT_GT(cpu->started, 0U);
    EXPECT_FALSE(cpu->ended);
    const auto pss = read_pss(::getpid());
    ASSERT_TRUE(pss);
    EXPECT_GT(*pss, 100'000U);
    const auto before = count_descriptors(::getpid());
    const int fd = ::dup(0);
    const auto after = count_descriptors(::getpid());
    ::close(fd);
    ASSERT_TRUE(before && after);
    EXPECT_EQ(*after, *before + 1);
}

TEST(Proc, NamesTheProcessThatIsNotThere) {
    constexpr pid_t kNobody = 0x7FFFFFFF;  // above any kernel's pid_max
    EXPECT_THAT(read_cpu(kNobody).error().message, HasSubstr("CPU of process 2147483647: "));
    EXPECT_THAT(read_pss(kNobody).error().message, HasSubstr("memory of process 2147483647: "));
    EXPECT_THAT(count_descriptors(kNobody).error().message, HasSubstr("process 2147483647: "));
}

}  // namespace
}  // namespace ringcast::loadtest

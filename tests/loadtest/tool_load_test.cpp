// SPDX-License-Identifier: Apache-2.0
#include "loadtest/tool_load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

namespace ringcast::loadtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

ToolLoad load_of(double cpu_seconds, double busiest_thread_seconds) {
    return {.seconds = 10,
            .cpu_seconds = cpu_seconds,
            .busiest_thread_seconds = busiest_thread_seconds,
            .threads = 3,
            .cores = 2};
}

TEST(FindLimits, SaysNothingOfAToolWithRoom) {
    EXPECT_THAT(find_limits(load_of(16.9, 8.4), 50'000), IsEmpty());
    EXPECT_THAT(find_limits({}, 0), IsEmpty());
}

TEST(FindLimits, SaysThatTheCoresWereBusy) {
    EXPECT_THAT(find_limits(load_of(17.1, 8.4), 0),
                ElementsAre("the tool used 86 % of the 2 cores that it could use"));
    ToolLoad one_thread = load_of(8.6, 8.4);
    one_thread.threads = 1;
    EXPECT_THAT(find_limits(one_thread, 0), ElementsAre(HasSubstr("86 % of the 1 cores")));
}

TEST(FindLimits, SaysThatOneThreadWasBusyThoughTheRestWasNot) {
    EXPECT_THAT(find_limits(load_of(9, 8.6), 0),
                ElementsAre("a thread of the tool used 86 % of a core (see --threads)"));
}

TEST(FindLimits, SaysThatSourcesWereLate) {
    EXPECT_THAT(find_limits(load_of(1, 1), 80'000),
                ElementsAre("sources wrote late: 80 ms at p99"));
}

TEST(CompareThreads, FindsTheBusiestWhetherItIsNewOrNot) {
    EXPECT_EQ(compare_threads({{1, 5.0}, {2, 1.0}}, {{1, 5.5}, {2, 3.0}}).busiest_thread_seconds,
              2.0);
    const ToolLoad load = compare_threads({{1, 5.0}, {9, 8.0}}, {{1, 5.5}, {3, 0.75}});
    EXPECT_EQ(load.busiest_thread_seconds, 0.75);
    EXPECT_EQ(load.threads, 2U);
    EXPECT_GE(load.cores, 1U);
}

TEST(ThreadCpuSeconds, KnowsEachThread) {
    std::atomic<bool> ready{false};
    std::atomic<bool> end{false};
    std::jthread busy([&] {
        const double until = tool_cpu_seconds() + 0.1;
        while (tool_cpu_seconds() < until) {
        }
        ready = true;
        ready.notify_one();
        end.wait(false);
    });
    ready.wait(false);
    const auto threads = thread_cpu_seconds();
    end = true;
    end.notify_one();
    ASSERT_GE(threads.size(), 2U);
    EXPECT_TRUE(threads.contains(::getpid()));
    EXPECT_GE(compare_threads({}, threads).busiest_thread_seconds, 0.05);
}

TEST(ToolCpuSeconds, CountsForkedProcessesBeforeAndAfterTheirEnd) {
    const double before = tool_cpu_seconds();
    const pid_t child = ::fork();
    if (child == 0) {
        while (tool_cpu_seconds() < 0.2) {
        }
        ::kill(::getpid(), SIGSTOP);
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, WUNTRACED), child);
    ASSERT_TRUE(WIFSTOPPED(status));
    EXPECT_TRUE(thread_cpu_seconds().contains(child)) << "needs CONFIG_PROC_CHILDREN";
    EXPECT_GE(tool_cpu_seconds() - before, 0.15);
    ::kill(child, SIGCONT);
    ::waitpid(child, nullptr, 0);
    EXPECT_FALSE(thread_cpu_seconds().contains(child));
    EXPECT_GE(tool_cpu_seconds() - before, 0.15);
}

}  // namespace
}  // namespace ringcast::loadtest

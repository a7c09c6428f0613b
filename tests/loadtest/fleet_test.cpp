// SPDX-License-Identifier: Apache-2.0
// The processes of a fleet, without a server: what they see, and what becomes of one that dies.
#include "loadtest/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

namespace ringcast::loadtest {
namespace {

/// Of this process, youngest last.
std::vector<pid_t> children() {
    const std::string self = std::to_string(::getpid());
    std::ifstream file("/proc/self/task/" + self + "/children");
    std::vector<pid_t> pids;
    for (pid_t pid = 0; file >> pid;) {
        pids.push_back(pid);
    }
    return pids;
}

/// Nobody listens on port 1.
FleetOptions refused(std::size_t listeners, unsigned processes) {
    FleetOptions options;
    options.targets = make_targets("127.0.0.1", 1, "/live", {}).value();
    options.listeners = listeners;
    options.processes = processes;
    options.threads = 2;
    return options;
}

void wait_for_failures(const Fleet& fleet, std::uint64_t count) {
    while (fleet.progress().failed < count) {
        std::this_thread::yield();
    }
}

TEST(Fleet, CountsTheListenersOfAllItsProcesses) {
    Fleet fleet(refused(7, 3));
    EXPECT_EQ(children().size(), 3U);
    fleet.start();
    wait_for_failures(fleet, 7);
    const FleetTotals totals = fleet.stop();
    EXPECT_EQ(totals.listeners, 7U);
    EXPECT_EQ(totals.failed, 7U);
    EXPECT_EQ(totals.failures.at("connect: Connection refused"), 7U);
    EXPECT_EQ(fleet.progress().opened, 7U);
    EXPECT_TRUE(children().empty());
}

TEST(Fleet, CountsTheListenersOfAProcessThatDiedAsFailed) {
    Fleet fleet(refused(7, 3));
    fleet.start();
    wait_for_failures(fleet, 7);
    ::kill(children().at(0), SIGKILL);
    const FleetTotals totals = fleet.stop();
    EXPECT_EQ(totals.listeners, 7U);
    EXPECT_EQ(totals.failed, 7U);
    EXPECT_EQ(totals.failures.at("connect: Connection refused"), 4U);
    EXPECT_EQ(totals.failures.at("a process of ringcast-load was killed by signal 9"), 3U);
}

TEST(Fleet, LeavesNoProcessWhenItIsNotStarted) {
    { const Fleet fleet(refused(4, 4)); }
    EXPECT_TRUE(children().empty());
}

TEST(Fleet, HasAsManyProcessesAsTheirDescriptorsAskFor) {
    EXPECT_EQ(processes_for(1, 20'000), 1U);
    EXPECT_EQ(processes_for(20'000, 20'000), 1U);
    EXPECT_EQ(processes_for(20'001, 20'000), 2U);
    EXPECT_EQ(processes_for(50'000, connections_within(20'000)), 3U);
    EXPECT_EQ(connections_within(3), 1U);
}

}  // namespace
}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// The processes of a fleet, without a server: what they see, and what becomes of one that dies.
#include "loadtest/fleet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "tests/loadtest/counting_server.hpp"

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
    EXPECT_EQ(totals.connects, 7U);
    EXPECT_EQ(totals.listeners, 7U);
    EXPECT_EQ(totals.failed, 7U);
    EXPECT_EQ(totals.failures.at("connect: Connection refused"), 4U);
    EXPECT_EQ(totals.failures.at("a process of ringcast-load was killed by signal 9"), 3U);
}

TEST(Fleet, SeesThatAProcessHasDied) {
    Fleet fleet(refused(7, 3));
    ::kill(children().at(0), SIGKILL);
    wait_for_failures(fleet, 3);
    EXPECT_EQ(fleet.progress().opened, 0U);
    fleet.start();
    wait_for_failures(fleet, 7);
    EXPECT_EQ(fleet.progress().failed, 7U);
    EXPECT_EQ(fleet.stop().failed, 7U);
}

TEST(Fleet, ForksBesideAnotherFleet) {
    Fleet one(refused(2, 2));
    Fleet other(refused(3, 1));
    other.start();
    wait_for_failures(other, 3);
    EXPECT_EQ(one.progress().opened, 0U);
    EXPECT_EQ(other.stop().failed, 3U);
    one.start();
    wait_for_failures(one, 2);
    EXPECT_EQ(one.stop().failed, 2U);
}

TEST(Fleet, LetsListenersLeaveInThreeWaysAndOthersCome) {
    CountingServer server;
    FleetOptions options;
    options.targets = make_targets("127.0.0.1", server.port(), "/live", {kStation, 1}).value();
    options.listeners = 8;
    options.churn_per_s = 2'000;
    options.processes = 2;
    Fleet fleet(options);  // forks before the server has a thread
    server.start();
    fleet.start();
    while (fleet.progress().left < 300) {
        std::this_thread::yield();
    }
    const FleetTotals totals = fleet.stop();
    const auto seen = server.stop();
    EXPECT_EQ(totals.failed + totals.closed_early + totals.fast.faults(), 0U);
    EXPECT_EQ(totals.left_by_reset, seen.reset);
    EXPECT_GE(totals.left_by_reset, 95U);
    // The turns go round in each process; each may have one half-way when the end comes.
    EXPECT_LE(totals.left_by_reset, totals.left_by_close);
    EXPECT_LE(totals.left_by_close, totals.left_by_reset + 2);
    EXPECT_LE(totals.left_half_way, totals.left_by_reset);
    EXPECT_LE(totals.left_by_reset, totals.left_half_way + 2);
    EXPECT_LE(totals.left_half_way, seen.half_way);
    EXPECT_GE(totals.departures(), 300U);
    EXPECT_EQ(totals.connects, options.listeners + totals.departures())
        << "for each that left one came";
    EXPECT_EQ(totals.connects, seen.closed + seen.reset + seen.half_way);
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

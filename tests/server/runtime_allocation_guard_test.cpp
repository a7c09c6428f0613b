// SPDX-License-Identifier: Apache-2.0
// Runs allocation_guard_probe under the preloaded guard and reads what the guard says of it.
#include "server/runtime/allocation_guard.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <string>

namespace ringcast::server::runtime {
namespace {

struct Outcome {
    int status = 0;
    std::string errors;
};

Outcome run_guarded(const std::string& command, const std::string& mode = "count") {
    const std::string line = "RINGCAST_ALLOCATION_GUARD=" + mode +
                             " LD_PRELOAD=" RINGCAST_ALLOCATION_GUARD_LIBRARY " " + command +
                             " 2>&1";
    // A shell, so that the guard is preloaded into the command and not into this test.
    std::FILE* const pipe = ::popen(line.c_str(), "r");
    Outcome outcome;
    std::array<char, 4096> buffer{};
    std::size_t got = 0;
    while ((got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        outcome.errors.append(buffer.data(), got);
    }
    outcome.status = ::pclose(pipe);
    return outcome;
}

Outcome run_probe(const std::string& what, const std::string& mode = "count") {
    return run_guarded(RINGCAST_ALLOCATION_GUARD_PROBE " " + what, mode);
}

bool reports(const Outcome& outcome, const std::string& inside) {
    return outcome.status == 0 && outcome.errors.find(" allocations, " + inside +
                                                      " inside "
                                                      "scopes\n") != std::string::npos;
}

TEST(AllocationGuard, CountsEveryWayToAllocateInsideAScope) {
    const Outcome outcome = run_probe("inside");
    EXPECT_TRUE(reports(outcome, "9")) << outcome.errors;
    EXPECT_NE(outcome.errors.find("allocation guard: calloc inside"), std::string::npos);
}

TEST(AllocationGuard, IgnoresAllocationsOutsideAScope) {
    const Outcome outcome = run_probe("outside");
    EXPECT_TRUE(reports(outcome, "0")) << outcome.errors;
}

TEST(AllocationGuard, OuterScopeHoldsAfterAnInnerOne) {
    const Outcome outcome = run_probe("nested");
    EXPECT_TRUE(reports(outcome, "1")) << outcome.errors;
}

TEST(AllocationGuard, FreeingIsAllowed) {
    const Outcome outcome = run_probe("free");
    EXPECT_TRUE(reports(outcome, "0")) << outcome.errors;
}

TEST(AllocationGuard, ScopeBindsItsOwnThreadOnly) {
    const Outcome outcome = run_probe("other-thread");
    EXPECT_TRUE(reports(outcome, "0")) << outcome.errors;
}

TEST(AllocationGuard, AbortsWhenAsked) {
    EXPECT_NE(run_probe("inside", "abort").status, 0);
    EXPECT_EQ(run_probe("outside", "abort").status, 0);
}

TEST(AllocationGuard, SaysWhenAProgramHasNoScopes) {
    const Outcome outcome = run_guarded("/bin/true");
    EXPECT_EQ(outcome.errors, "allocation guard: no scopes in this program\n");
}

TEST(AllocationGuard, SaysWhatScopesDid) {
    const Outcome outcome = run_probe("sockets");
    EXPECT_TRUE(reports(outcome, "0")) << outcome.errors;
    EXPECT_NE(outcome.errors.find("scopes made 2 sends and 2 receives\n"), std::string::npos)
        << outcome.errors;
}

TEST(AllocationGuard, SubmittingAndLoggingAllocateNothing) {
    const Outcome outcome = run_probe("submitter");
    EXPECT_TRUE(reports(outcome, "0")) << outcome.errors;
}

}  // namespace
}  // namespace ringcast::server::runtime

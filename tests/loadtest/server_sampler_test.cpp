// SPDX-License-Identifier: Apache-2.0
#include "loadtest/server_sampler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "loadtest/tool_load.hpp"

namespace ringcast::loadtest {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A child that waits to be killed.
class Child {
  public:
    Child() : pid_(::fork()) {
        while (pid_ == 0) {
            ::pause();
        }
    }
    ~Child() { end(); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }

    /// Leaves a zombie.
    void kill() const {
        ::kill(pid_, SIGKILL);
        siginfo_t info{};
        ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
    }
    void end() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
            pid_ = -1;
        }
    }

  private:
    pid_t pid_;
};

void burn_cpu(double seconds) {
    const double end = tool_cpu_seconds() + seconds;
    while (tool_cpu_seconds() < end) {
    }
}

TEST(ServerSampler, CountsCpuFromItsOwnBeginning) {
    burn_cpu(0.05);
    ServerSampler sampler({::getpid()}, {});
    EXPECT_LT(sampler.sample(false).cpu_seconds, 0.04);
    burn_cpu(0.05);
    EXPECT_GE(sampler.sample(false).cpu_seconds, 0.03) << "ticks are of 10 ms";
    EXPECT_THAT(sampler.notes(), ElementsAre());
}

TEST(ServerSampler, MeasuresMemoryOnlyWhenAsked) {
    ServerSampler sampler({::getpid()}, {});
    EXPECT_FALSE(sampler.sample(false).pss_bytes);
    EXPECT_GT(sampler.sample(true).pss_bytes.value_or(0), 0U);
    EXPECT_GT(sampler.sample(false).descriptors.value_or(0), 2U);
}

TEST(ServerSampler, SumsOverProcesses) {
    const Child child;
    ServerSampler both({::getpid(), child.pid()}, {});
    ServerSampler one({child.pid()}, {});
    EXPECT_GT(both.sample(true).pss_bytes, one.sample(true).pss_bytes);
}

TEST(ServerSampler, SaysOnceThatAProcessEndedAndKeepsWhatItUsed) {
    Child child;
    ServerSampler sampler({child.pid()}, {});
    EXPECT_TRUE(sampler.sample(true).pss_bytes);
    child.kill();
    for (int i = 0; i < 2; ++i) {
        const ServerSample sample = sampler.sample(true);
        EXPECT_FALSE(sample.pss_bytes);
        EXPECT_FALSE(sample.descriptors);
        EXPECT_GE(sample.cpu_seconds, 0);
    }
    EXPECT_THAT(sampler.notes(),
                ElementsAre("process " + std::to_string(child.pid()) + " ended during the run"));
}

TEST(ServerSampler, SaysThatAProcessWasNeverThere) {
    ServerSampler sampler({0x7FFFFFFF}, {});
    EXPECT_EQ(sampler.sample(true).cpu_seconds, 0);
    EXPECT_THAT(sampler.notes(), ElementsAre(HasSubstr("CPU of process 2147483647")));
}

/// The process's rights without root's.
class Unprivileged {
  public:
    Unprivileged() : user_(::geteuid()) {
        constexpr uid_t kNobody = 65'534;
        EXPECT_EQ(user_ == 0 ? ::seteuid(kNobody) : 0, 0);
    }
    ~Unprivileged() { EXPECT_EQ(::seteuid(user_), 0); }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;

  private:
    uid_t user_;
};

TEST(ServerSampler, SaysWhatItMayNotSeeAndGoesOn) {
    const Unprivileged unprivileged;
    ServerSampler sampler({1}, {});
    for (int i = 0; i < 2; ++i) {
        const ServerSample sample = sampler.sample(true);
        EXPECT_FALSE(sample.pss_bytes);
        EXPECT_FALSE(sample.descriptors);
        EXPECT_TRUE(sample.sockets);
    }
    EXPECT_THAT(sampler.notes(),
                ElementsAre(HasSubstr("open descriptors of process 1: Permission denied"),
                            HasSubstr("memory of process 1: Permission denied")));
}

}  // namespace
}  // namespace ringcast::loadtest

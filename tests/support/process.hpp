// SPDX-License-Identifier: Apache-2.0
// A child process whose output is kept and which never outlives the test.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/deadline.hpp"

namespace ringcast::tests::support {

struct ProcessOptions {
    std::string input{};        ///< standard input, then end of file
    bool unprivileged = false;  ///< run as nobody when the test runs as root
    std::string home{};         ///< HOME and XDG_RUNTIME_DIR of the child; empty: the test's own
    std::vector<std::string> environment{};  ///< more of it, as NAME=value
};

/// One thread uses it. Constructors throw std::runtime_error when the child cannot be made; a
/// program that does not exist exits with 127.
class Process {
  public:
    explicit Process(const std::vector<std::string>& command, const ProcessOptions& options = {});
    /// Kills what still runs.
    ~Process();
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    /// Exit code, or 128 + signal; nullopt when it still runs after `patience`.
    [[nodiscard]] std::optional<int> wait(milliseconds patience);
    [[nodiscard]] bool running() { return !wait(milliseconds{0}).has_value(); }
    void send_signal(int signal_number) const;
    /// Interrupts (SIGINT, as Ctrl-C does) and waits; kills after `patience`.
    void interrupt(milliseconds patience = kPatience);

    /// Standard output and standard error until now.
    [[nodiscard]] std::string output() const;
    [[nodiscard]] std::string errors() const;

  private:
    pid_t pid_ = -1;
    int pid_fd_ = -1;
    int output_fd_ = -1;
    int errors_fd_ = -1;
    std::optional<int> exit_code_;
};

struct Finished {
    int exit_code;
    std::string output;
    std::string errors;
};

/// Runs to the end; throws std::runtime_error when that takes longer than `patience`.
[[nodiscard]] Finished run(const std::vector<std::string>& command,
                           const ProcessOptions& options = {},
                           milliseconds patience = milliseconds{30000});

}  // namespace ringcast::tests::support

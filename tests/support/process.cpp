// SPDX-License-Identifier: Apache-2.0
#include "tests/support/process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <stdexcept>

namespace ringcast::tests::support {
namespace {

constexpr uid_t kNobody = 65534;

int memory_file(const char* name) {
    const int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0) {
        throw std::runtime_error("memfd_create failed");
    }
    return fd;
}

std::string contents(int fd) {
    std::string text;
    std::array<char, 16384> piece{};
    for (;;) {
        const ssize_t got = pread(fd, piece.data(), piece.size(), static_cast<off_t>(text.size()));
        if (got <= 0) {
            return text;
        }
        text.append(piece.data(), static_cast<std::size_t>(got));
    }
}

// Runs in the child between fork and exec.
[[noreturn]] void become(const std::vector<std::string>& command, const ProcessOptions& options,
                         std::array<int, 3> streams) {
    setpgid(0, 0);
    signal(SIGPIPE, SIG_DFL);
    for (int target = 0; target < 3; ++target) {
        dup2(streams[static_cast<std::size_t>(target)], target);
    }
    if (!options.home.empty()) {
        setenv("HOME", options.home.c_str(), 1);
        setenv("XDG_RUNTIME_DIR", options.home.c_str(), 1);
    }
    for (const std::string& variable : options.environment) {
        putenv(const_cast<char*>(variable.c_str()));  // putenv's signature; exec copies it
    }
    if (options.unprivileged && geteuid() == 0 &&
        (setgroups(0, nullptr) != 0 || setgid(kNobody) != 0 || setuid(kNobody) != 0)) {
        _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    for (const std::string& argument : command) {
        arguments.push_back(
            const_cast<char*>(argument.c_str()));  // execvp's signature, not a write
    }
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const ProcessOptions& options)
    : output_fd_(memory_file("stdout")), errors_fd_(memory_file("stderr")) {
    const int input_fd = memory_file("stdin");
    if (pwrite(input_fd, options.input.data(), options.input.size(), 0) !=
        static_cast<ssize_t>(options.input.size())) {
        throw std::runtime_error("cannot store the child's input");
    }
    pid_ = fork();
    if (pid_ == 0) {
        become(command, options, {input_fd, output_fd_, errors_fd_});
    }
    close(input_fd);
    if (pid_ < 0) {
        throw std::runtime_error("fork failed");
    }
    pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
}

Process::~Process() {
    if (!exit_code_.has_value()) {
        kill(-pid_, SIGKILL);
        kill(pid_, SIGKILL);
        (void)wait(milliseconds{5000});
    }
    kill(-pid_, SIGKILL);  // helpers that the child left behind
    close(pid_fd_);
    close(output_fd_);
    close(errors_fd_);
}

std::optional<int> Process::wait(milliseconds patience) {
    if (exit_code_.has_value()) {
        return exit_code_;
    }
    pollfd waiting{pid_fd_, POLLIN, 0};
    int status = 0;
    if (poll(&waiting, 1, static_cast<int>(patience.count())) > 0 &&
        waitpid(pid_, &status, 0) == pid_) {
        exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return exit_code_;
}

void Process::send_signal(int signal_number) const {
    if (!exit_code_.has_value()) {
        kill(pid_, signal_number);
    }
}

void Process::interrupt(milliseconds patience) {
    send_signal(SIGINT);
    if (!wait(patience).has_value()) {
        kill(-pid_, SIGKILL);
        (void)wait(milliseconds{5000});
    }
}

std::string Process::output() const {
    return contents(output_fd_);
}

std::string Process::errors() const {
    return contents(errors_fd_);
}

Finished run(const std::vector<std::string>& command, const ProcessOptions& options,
             milliseconds patience) {
    Process process(command, options);
    const auto exit_code = process.wait(patience);
    if (!exit_code.has_value()) {
        throw std::runtime_error(command.front() + " still runs; it said: " + process.output() +
                                 process.errors());
    }
    return {*exit_code, process.output(), process.errors()};
}

}  // namespace ringcast::tests::support

// SPDX-License-Identifier: Apache-2.0
// The real binary under test: started with a config of its own on a port of its own, stopped
// cleanly at the end of every test.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace ringcast::tests::support {

/// The binary: RINGCAST_BINARY in the environment, else the one of this build.
[[nodiscard]] std::string ringcast_binary();

/// A port that, with its successor, nobody listens on; no other test gets it while this lives.
class PortReservation {
  public:
    PortReservation();
    ~PortReservation();
    PortReservation(const PortReservation&) = delete;
    PortReservation& operator=(const PortReservation&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    bool take(std::uint16_t port);

    int lock_fd_ = -1;
    std::uint16_t port_ = 0;
};

/// Station "/live", source:hackme, admin:hackme, sends every 100 ms, on 127.0.0.1.
class TestServer {
  public:
    /// `patch` is a JSON merge patch (RFC 7396) on that config; the port is filled into listen[0].
    /// Returns once /healthz answers 200; throws std::runtime_error after 10 s.
    /// `environment` (NAME=value) is added to the server's.
    explicit TestServer(const std::string& patch = "{}", std::vector<std::string> environment = {});
    /// stop()
    ~TestServer();
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    [[nodiscard]] std::uint16_t port() const { return reservation_.port(); }
    [[nodiscard]] std::string url(const std::string& target) const;
    [[nodiscard]] std::filesystem::path file(std::string_view name) const {
        return dir_.file(name);
    }
    [[nodiscard]] Process& process() { return *process_; }

    /// SIGTERM; a test failure unless it exits with 0 within 2 s and no sanitizer has complained.
    /// Returns what it said on standard error; "" when it was stopped before.
    std::string stop();

    /// /status-json.xsl's "source" as a list, however many there are.
    [[nodiscard]] std::vector<nlohmann::json> sources() const;
    /// The one of `mount`; null when it is not on the air.
    [[nodiscard]] nlohmann::json source(const std::string& mount = "/live") const;
    /// What `mount` plays now; "" when that is not known.
    [[nodiscard]] std::string title(const std::string& mount = "/live") const;
    /// Listeners that the status shows for `mount`; 0 when it is not on the air.
    [[nodiscard]] int listeners(const std::string& mount = "/live") const;
    [[nodiscard]] bool on_air(const std::string& mount = "/live") const {
        return !source(mount).is_null();
    }

  private:
    void start(const std::string& patch, std::vector<std::string> environment);

    PortReservation reservation_;
    TempDir dir_;
    std::unique_ptr<Process> process_;
};

}  // namespace ringcast::tests::support

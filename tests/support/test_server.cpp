// SPDX-License-Identifier: Apache-2.0
#include "tests/support/test_server.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <random>
#include <stdexcept>
#include <utility>

#include "tests/support/http_client.hpp"

namespace ringcast::tests::support {
namespace {

// Below the kernel's range for outgoing connections, so that none of those sits on a test's port.
constexpr std::uint16_t kPortMin = 20000;
constexpr std::uint16_t kPortMax = 32000;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr milliseconds kStopPatience{15000};  // leak checking takes its time
#else
constexpr milliseconds kStopPatience{2000};
#endif

bool can_listen(std::uint16_t port) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    const bool free =
        bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 && listen(fd, 1) == 0;
    close(fd);
    return free;
}

nlohmann::json base_config() {
    return nlohmann::json::parse(R"({
        "listen": [{"address": "127.0.0.1"}],
        "auth": {"source": {"user": "source", "password": "hackme"},
                 "admin": {"user": "admin", "password": "hackme"}},
        "station_defaults": {"delivery": "100ms"},
        "stations": [{"mount": "/live"}]})");
}

}  // namespace

std::string ringcast_binary() {
    const char* chosen = std::getenv("RINGCAST_BINARY");
    return chosen != nullptr ? chosen : RINGCAST_BINARY_DEFAULT;
}

PortReservation::PortReservation() {
    std::random_device random;
    std::uniform_int_distribution<int> pick(kPortMin / 2, kPortMax / 2);
    for (int attempt = 0; attempt < 1000 && port_ == 0; ++attempt) {
        const auto port = static_cast<std::uint16_t>(2 * pick(random));
        if (take(port)) {
            port_ = port;
        }
    }
    if (port_ == 0) {
        throw std::runtime_error("no free port");
    }
}

PortReservation::~PortReservation() {
    close(lock_fd_);
}

bool PortReservation::take(std::uint16_t port) {
    // An abstract socket's name is a lock that goes with the process.
    lock_fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string text = "ringcast-e2e-port-" + std::to_string(port);
    std::memcpy(name.sun_path + 1, text.data(), text.size());
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
    if (bind(lock_fd_, reinterpret_cast<sockaddr*>(&name), length) == 0 && can_listen(port) &&
        can_listen(static_cast<std::uint16_t>(port + 1))) {
        return true;
    }
    close(lock_fd_);
    lock_fd_ = -1;
    return false;
}

TestServer::TestServer(const std::string& patch, std::vector<std::string> environment) {
    start(patch, std::move(environment));
}

TestServer::~TestServer() {
    stop();
}

void TestServer::start(const std::string& patch, std::vector<std::string> environment) {
    nlohmann::json config = base_config();
    config.merge_patch(nlohmann::json::parse(patch));
    config["listen"][0]["port"] = port();
    write_file(dir_.file("ringcast.json"), config.dump(2));
    process_ =
        std::make_unique<Process>(std::vector<std::string>{ringcast_binary(), "serve", "--config",
                                                           dir_.file("ringcast.json").string()},
                                  ProcessOptions{.environment = std::move(environment)});
    const bool ready = eventually(
        [this] {
            if (!process_->running()) {
                throw std::runtime_error("the server is gone: " + process_->output() +
                                         process_->errors());
            }
            try {
                return get(port(), "/healthz").status() == 200;
            } catch (const WireError&) {
                return false;
            }
        },
        seconds{10});
    if (!ready) {
        throw std::runtime_error("the server is not ready after 10 s: " + process_->errors());
    }
}

std::string TestServer::url(const std::string& target) const {
    return "http://127.0.0.1:" + std::to_string(port()) + target;
}

std::string TestServer::stop() {
    if (process_ == nullptr) {
        return {};
    }
    process_->send_signal(SIGTERM);
    const auto exit_code = process_->wait(kStopPatience);
    std::string errors = process_->errors();
    EXPECT_TRUE(exit_code.has_value()) << "the server did not stop in time";
    EXPECT_EQ(exit_code.value_or(0), 0) << errors;
    for (const char* complaint : {"Sanitizer", "runtime error:", "check failed"}) {
        EXPECT_EQ(errors.find(complaint), std::string::npos) << errors;
    }
    process_.reset();
    return errors;
}

std::vector<nlohmann::json> TestServer::sources() const {
    const nlohmann::json status =
        nlohmann::json::parse(get(port(), "/status-json.xsl").body).at("icestats");
    if (!status.contains("source")) {
        return {};
    }
    const nlohmann::json& source = status.at("source");
    return source.is_array() ? source.get<std::vector<nlohmann::json>>()
                             : std::vector<nlohmann::json>{source};
}

nlohmann::json TestServer::source(const std::string& mount) const {
    for (const nlohmann::json& source : sources()) {
        if (source.at("listenurl").get<std::string>().ends_with(mount)) {
            return source;
        }
    }
    return nullptr;
}

std::string TestServer::title(const std::string& mount) const {
    const nlohmann::json found = source(mount);
    return found.is_null() ? "" : found.value("title", "");
}

int TestServer::listeners(const std::string& mount) const {
    const nlohmann::json found = source(mount);
    return found.is_null() ? 0 : found.at("listeners").get<int>();
}

}  // namespace ringcast::tests::support

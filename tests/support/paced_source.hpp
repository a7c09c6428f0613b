// SPDX-License-Identifier: Apache-2.0
// Sources that a test drives itself: login as encoders do it, then bytes.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/support/http_client.hpp"
#include "tests/support/media.hpp"
#include "tests/support/wire_client.hpp"

namespace ringcast::tests::support {

struct SourceLogin {
    std::string mount = "/live";
    std::string content_type = "audio/mpeg";  ///< empty: no such header
    std::string method = "PUT";
    std::string version = "HTTP/1.1";
    std::string user = "source";
    std::string password = "hackme";
    std::vector<std::string> headers{};  ///< more lines, for example "ice-name: x"
};

/// The head that `login` describes, with its blank line; the body has no framing, as ffmpeg's.
[[nodiscard]] std::string source_head(const SourceLogin& login, std::uint16_t port);

/// Status of the answer to `login`, whatever it is; the connection is closed afterwards.
[[nodiscard]] HttpReply try_login(std::uint16_t port, const SourceLogin& login);

/// A source that is on the air once constructed. Throws WireError when it is not let in.
class LiveSource {
  public:
    LiveSource(std::uint16_t port, const SourceLogin& login);

    /// All of it at once, however fast the server takes it.
    void send(std::string_view bytes) { wire_.send(bytes); }
    void close() { wire_.close(); }
    [[nodiscard]] WireClient& wire() { return wire_; }

  private:
    WireClient wire_;
};

/// A LiveSource that sends `media` from its first byte at `speed` times real time on a thread of
/// its own, until its end or `stop`; then it stays connected and silent until destroyed.
class PacedSource {
  public:
    PacedSource(std::uint16_t port, const Media& media, double speed = 4, SourceLogin login = {});
    ~PacedSource() { stop(); }
    PacedSource(const PacedSource&) = delete;
    PacedSource& operator=(const PacedSource&) = delete;

    /// Stops sending and waits for the thread.
    void stop();
    [[nodiscard]] std::size_t sent() const { return sent_; }

  private:
    void pace(double bytes_per_second);

    LiveSource source_;
    std::string bytes_;
    std::atomic<bool> stopping_{false};
    std::atomic<std::size_t> sent_{0};
    std::thread thread_;
};

}  // namespace ringcast::tests::support

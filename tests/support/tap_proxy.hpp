// SPDX-License-Identifier: Apache-2.0
// A TCP relay between a real client and the server that keeps every byte of both directions: the
// truth about what an encoder sent or a player got.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace ringcast::tests::support {

struct Conversation {
    std::string client;  ///< what the client sent
    std::string server;  ///< what it was answered
};

/// Accepts on a port of its own; each connection is relayed by a thread of its own. The destructor
/// closes all of them.
class TapProxy {
  public:
    explicit TapProxy(std::uint16_t upstream_port);
    ~TapProxy();
    TapProxy(const TapProxy&) = delete;
    TapProxy& operator=(const TapProxy&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }
    /// Until now, in order of accept.
    [[nodiscard]] std::vector<Conversation> conversations() const;
    /// Bytes after the head of the longest request: what an encoder streamed.
    [[nodiscard]] std::string longest_request_body() const;
    /// The longest answer, head and body: what a player streamed.
    [[nodiscard]] std::string longest_answer() const;

  private:
    void accept_loop();
    void relay(int client_fd, Conversation& conversation);
    void pump(int from, int to, std::string& record, bool& open);

    std::uint16_t upstream_port_;
    std::uint16_t port_ = 0;
    int listen_fd_ = -1;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;               // guards conversations_
    std::list<Conversation> conversations_;  // a list: relays keep references
    std::vector<std::thread> relays_;        // touched by the accept thread, then the destructor
    std::thread acceptor_;
};

}  // namespace ringcast::tests::support

// SPDX-License-Identifier: Apache-2.0
// Takes new connections from one listening socket. Never ends on an error and never spins: without
// descriptors, memory or a free place for another request head it waits, and the kernel's queue
// holds the callers.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "server/net/worker.hpp"
#include "server/runtime/logging.hpp"

namespace ringcast::server::net {

/// On the worker's thread.
class Acceptor {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    using OnAccept = std::function<void(Socket)>;
    /// Says whether one more connection can be taken now.
    using HasRoom = std::function<bool()>;

    /// `descriptor`: a listening socket, the acceptor's from now on.
    Acceptor(Worker& worker, int descriptor, const runtime::Logger& logger);

    void start(HasRoom has_room, OnAccept on_accept);
    void stop();

  private:
    void wait();
    void take_batch();
    void pause(const char* why);

    Worker& worker_;
    const runtime::Logger& logger_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer retry_;
    HasRoom has_room_;
    OnAccept on_accept_;
    runtime::RateLimited complaint_;
};

}  // namespace ringcast::server::net

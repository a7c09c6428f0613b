// SPDX-License-Identifier: Apache-2.0
// A connection while it talks HTTP: reads heads, has them answered, and ends, or hands its socket
// over to become a listener or a source. A coroutine per connection, on one worker's thread; every
// wait has a deadline.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/identity_store.hpp"
#include "server/http/head_reader.hpp"
#include "server/http/request.hpp"
#include "server/http/response.hpp"
#include "server/http/shoutcast_login.hpp"
#include "server/net/client_address.hpp"
#include "server/net/worker.hpp"
#include "server/runtime/logging.hpp"
#include "server/runtime/submitter.hpp"

namespace ringcast::server::http {

/// The port that a connection came in by.
struct Port {
    std::uint16_t number = 0;
    std::string
        shoutcast_mount;  ///< not empty: SHOUTcast sources may log in, and this is their station
};

class Connection;

/// What a handler did with a request.
enum class Next : std::uint8_t {
    Reply,     ///< the reply was sent; go on as the request's keep-alive says
    Close,     ///< end the connection
    Detached,  ///< the socket belongs to somebody else now
};

/// Where requests go. Any worker's thread.
class Handler {
  public:
    virtual ~Handler() = default;
    virtual boost::asio::awaitable<Next> handle(Connection& connection, const Request& request) = 0;
    /// A SHOUTcast login whose password line is there; the handler reads on.
    virtual boost::asio::awaitable<Next> handle_shoutcast(Connection& connection,
                                                          ShoutcastLoginReader& login) = 0;
};

/// What all connections share.
struct ConnectionContext {
    Handler& handler;
    runtime::Submitter& submitter;
    const runtime::Logger& logger;
    std::string server_id;
    HeadLimits head_limits;
    std::chrono::milliseconds header_timeout;
};

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    using Socket = boost::asio::ip::tcp::socket;

    Connection(net::Worker& worker, Socket socket, const Port& port,
               const ConnectionContext& context);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Serves the connection to its end. Requires: owned by a shared_ptr that the coroutine keeps.
    boost::asio::awaitable<void> run();

    [[nodiscard]] net::Worker& worker() const { return worker_; }
    [[nodiscard]] const net::ClientAddress& address() const { return address_; }
    [[nodiscard]] const Port& port() const { return port_; }
    [[nodiscard]] std::int64_t connected_ms() const { return connected_ms_; }
    [[nodiscard]] std::uint64_t id() const { return id_; }
    /// Bytes received behind the head: the beginning of the body.
    [[nodiscard]] std::string& received() { return received_; }

    /// Sends a reply and notes it for the access log. `reason`: why, when it is a refusal.
    boost::asio::awaitable<Next> reply(const Request& request, const Reply& reply,
                                       net::CloseReason reason = net::CloseReason::Answered);
    /// The same for a reply that is rendered already, and to which the connection ends.
    boost::asio::awaitable<Next> reply_rendered(const Request& request, Status status,
                                                std::string_view text);
    /// Sends bytes as they are. False when the peer did not take them in time.
    boost::asio::awaitable<bool> send(std::string_view bytes);
    /// Receives more behind received(). False at the end, on an error or when the deadline has
    /// passed.
    boost::asio::awaitable<bool> receive();
    /// A form body by its Content-Length; nothing (and the refusal was sent) when it cannot be
    /// read.
    boost::asio::awaitable<std::optional<std::string>> read_form(const Request& request);

    /// Gives the socket away: non-blocking, no Asio object any more.
    [[nodiscard]] int detach();

    /// What the access log and the pool's record say of this request's client.
    [[nodiscard]] static core::Identity identity(const Request& request);

    /// Counts that what the client asked for was refused; for protocols without replies.
    void refused(net::CloseReason reason);

  private:
    boost::asio::awaitable<Next> one_request();
    boost::asio::awaitable<Next> act_on(HeadResult head);
    boost::asio::awaitable<Next> http_request(std::size_t head_bytes);
    boost::asio::awaitable<Next> refuse_head(Status status, std::string_view why,
                                             net::CloseReason reason);
    boost::asio::awaitable<bool> read_some(boost::system::error_code& error);
    [[nodiscard]] std::size_t take_bytes(boost::system::error_code& error);
    boost::asio::awaitable<void> hang_up();
    void set_deadline(std::chrono::milliseconds time);
    [[nodiscard]] ServerFace face() const;
    void log_reply(const Request* request, Status status, std::size_t bytes);

    net::Worker& worker_;
    Socket socket_;
    const Port& port_;
    const ConnectionContext& context_;
    net::ClientAddress address_;
    std::int64_t connected_ms_;
    std::uint64_t id_;
    boost::asio::steady_timer deadline_;
    std::string received_;
    bool timed_out_ = false;    // the present deadline has passed
    bool answered_ = false;     // at least one request
    bool body_unread_ = false;  // what the present request sends on is not read, or not to its end
    bool detached_ = false;
    net::CloseReason reason_ = net::CloseReason::ClientClosed;
};

}  // namespace ringcast::server::http

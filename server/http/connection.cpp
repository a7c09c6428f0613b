// SPDX-License-Identifier: Apache-2.0
#include "server/http/connection.hpp"

#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "server/net/departure.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::http {

namespace asio = boost::asio;

namespace {

constexpr std::size_t kReadBytes = 8192;

/// Connections are numbered through the life of the process.
std::uint64_t next_id() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

auto into(boost::system::error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

}  // namespace

Connection::Connection(net::Worker& worker, Socket socket, const Port& port,
                       const ConnectionContext& context)
    : worker_(worker),
      socket_(std::move(socket)),
      port_(port),
      context_(context),
      connected_ms_(runtime::wall_microseconds() / 1000),
      id_(next_id()),
      deadline_(worker.context) {
    ++worker_.heads;
    boost::system::error_code error;
    const auto remote = socket_.remote_endpoint(error);
    if (!error) {
        address_ = net::to_client_address(remote);
    }
    socket_.non_blocking(true, error);
    socket_.set_option(asio::ip::tcp::no_delay(true), error);
}

Connection::~Connection() {
    --worker_.heads;
    if (!detached_) {
        worker_.closed.add(reason_);
        worker_.counters.subtract(runtime::Counter::ConnectionsOpen);
    }
}

void Connection::cancel() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    deadline_.cancel();
}

void Connection::set_deadline() {
    if (context_.header_timeout.count() == 0) {
        return;
    }
    deadline_.expires_after(context_.header_timeout);
    // The handler may come when the coroutine is gone: it holds the connection.
    deadline_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
        if (!error && self->deadline_.expiry() <= std::chrono::steady_clock::now()) {
            self->timed_out_ = true;
            boost::system::error_code ignored;
            self->socket_.cancel(ignored);
        }
    });
}

asio::awaitable<void> Connection::run() {
    Next next = Next::Reply;
    while (next == Next::Reply && socket_.is_open()) {
        set_deadline();
        next = co_await one_request();
    }
    deadline_.cancel();
    if (next != Next::Detached) {
        boost::system::error_code ignored;
        socket_.shutdown(Socket::shutdown_send, ignored);
        socket_.close(ignored);
    }
}

asio::awaitable<Next> Connection::one_request() {
    HeadReader reader(context_.head_limits, !port_.shoutcast_mount.empty());
    for (;;) {
        const HeadResult head = reader.read(received_);
        switch (head.kind) {
            case HeadKind::NeedMore:
                if (!co_await receive()) {
                    if (timed_out_ && !received_.empty()) {
                        co_await refuse_head({Status::RequestTimeout, "the request took too long"},
                                             net::CloseReason::HeaderTimeout);
                    }
                    co_return Next::Close;
                }
                break;
            case HeadKind::HttpHead:
                co_return co_await http_request(head.size);
            case HeadKind::ShoutcastLogin: {
                ShoutcastLoginReader login(context_.head_limits);
                co_return co_await context_.handler.handle_shoutcast(*this, login);
            }
            case HeadKind::TooLarge:
                co_await refuse_head({Status::HeadersTooLarge, "the request head is too large"},
                                     net::CloseReason::HeaderTooLarge);
                co_return Next::Close;
            case HeadKind::Malformed:
                co_await refuse_head({Status::BadRequest, "this is no HTTP request"},
                                     net::CloseReason::Malformed);
                co_return Next::Close;
        }
    }
}

asio::awaitable<Next> Connection::http_request(std::size_t head_bytes) {
    const HttpResult<Request> request =
        parse_head(std::string_view(received_).substr(0, head_bytes));
    received_.erase(0, head_bytes);
    if (!request) {
        co_await refuse_head(request.error(), net::CloseReason::Malformed);
        co_return Next::Close;
    }
    worker_.counters.add(runtime::Counter::Requests);
    const Next next = co_await context_.handler.handle(*this, *request);
    if (next == Next::Reply && !request->keep_alive()) {
        co_return Next::Close;
    }
    co_return next;
}

asio::awaitable<void> Connection::refuse_head(const HttpError& error, net::CloseReason reason) {
    reason_ = reason;
    context_.logger.info("{}: refused: {}", address_.text(), error.text);
    set_deadline();
    timed_out_ = false;
    const std::string text = render_reply(error_reply(error), ReplyTo{}, face());
    (void)co_await send(text);
    log_reply(nullptr, error.status, text.size());
}

ServerFace Connection::face() const {
    return {.id = context_.server_id,
            .now = std::chrono::sys_seconds(std::chrono::seconds(runtime::wall_seconds()))};
}

asio::awaitable<Next> Connection::reply(const Request& request, const Reply& reply,
                                        net::CloseReason reason) {
    reason_ = reason;
    ReplyTo to = reply_to(request);
    // What a refused source sends on would be read as the next request.
    const bool is_source = request.method == Method::Source || request.method == Method::Put;
    const bool body_unread =
        request.chunked || request.content_length.value_or(is_source ? 1 : 0) > 0;
    to.keep_alive = to.keep_alive && !(body_unread && reason != net::CloseReason::Answered);
    const std::string text = render_reply(reply, to, face());
    const bool sent = co_await send(text);
    log_reply(&request, reply.status, text.size());
    if (net::describe(reason).error) {
        context_.logger.info("{} {} from {}: {} ({})", request.method_text, request.path,
                             address_.text(), static_cast<int>(reply.status),
                             net::describe(reason).text);
    }
    co_return sent&& to.keep_alive ? Next::Reply : Next::Close;
}

asio::awaitable<bool> Connection::send(std::string_view bytes) {
    boost::system::error_code error;
    co_await asio::async_write(socket_, asio::buffer(bytes), into(error));
    if (error && timed_out_) {
        reason_ = net::CloseReason::AnswerTimeout;
    }
    co_return !error;
}

asio::awaitable<bool> Connection::receive() {
    boost::system::error_code error;
    while (!read_what_is_there(error)) {
        if (error == asio::error::would_block) {
            co_await socket_.async_wait(Socket::wait_read, into(error));
        }
        if (error) {
            reason_ = timed_out_ && !received_.empty()         ? net::CloseReason::HeaderTimeout
                      : error == asio::error::connection_reset ? net::CloseReason::ClientReset
                                                               : net::CloseReason::ClientClosed;
            co_return false;
        }
    }
    co_return true;
}

/// The buffer is on the stack, so that a connection that waits holds none.
bool Connection::read_what_is_there(boost::system::error_code& error) {
    std::array<char, kReadBytes> buffer;
    const std::size_t size = socket_.read_some(asio::buffer(buffer), error);
    received_.append(buffer.data(), size);
    return !error;
}

asio::awaitable<std::optional<std::string>> Connection::read_form(const Request& request) {
    const std::uint64_t size = request.content_length.value_or(0);
    if (request.chunked || size > kFormBytesMax) {
        const Reply refusal = text_reply(Status::ContentTooLarge, "the form is too large");
        (void)co_await reply(request, refusal, net::CloseReason::Malformed);
        co_return std::nullopt;
    }
    while (received_.size() < size) {
        if (!co_await receive()) {
            co_return std::nullopt;
        }
    }
    std::string body = received_.substr(0, size);
    received_.erase(0, size);
    co_return body;
}

int Connection::detach() {
    detached_ = true;
    deadline_.cancel();
    boost::system::error_code error;
    return socket_.release(error);
}

core::Identity Connection::identity(const Request& request) {
    const auto credentials = request.basic_credentials();
    return {.target = request.log_line(),
            .agent = std::string(request.header("User-Agent")),
            .referer = std::string(request.header("Referer")),
            .user = credentials ? credentials->user : std::string()};
}

void Connection::log_reply(const Request* request, Status status, std::size_t bytes) {
    const core::Identity who = request != nullptr ? identity(*request) : core::Identity{};
    if (!net::log_departure(context_.submitter, {.identity = who,
                                                 .address = address_.bytes,
                                                 .joined_ms = connected_ms_,
                                                 .status = static_cast<std::uint16_t>(status),
                                                 .bytes = bytes})) {
        context_.logger.warning("the access log's queue is full");
    }
}

}  // namespace ringcast::server::http

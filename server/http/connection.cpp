// SPDX-License-Identifier: Apache-2.0
#include "server/http/connection.hpp"

#include <algorithm>
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
/// How long a peer may take to take an answer.
constexpr auto kAnswerTimeout = std::chrono::seconds(15);
/// How long, and for how many bytes, a refused body is still read.
constexpr auto kLingerTime = std::chrono::seconds(2);
constexpr std::size_t kLingerBytesMax = std::size_t{4} * 1024 * 1024;

/// Connections are numbered through the life of the process.
std::uint64_t next_id() {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

auto into(boost::system::error_code& error) {
    return asio::redirect_error(asio::use_awaitable, error);
}

/// Encoders stream on without a length: for their methods none means "until close".
bool has_body(const Request& request) {
    const bool endless = request.method == Method::Source || request.method == Method::Put ||
                         request.method == Method::Post;
    return request.chunked || request.content_length.value_or(endless ? 1 : 0) > 0;
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

void Connection::set_deadline(std::chrono::milliseconds time) {
    timed_out_ = false;
    deadline_.expires_after(time);
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
    while (next == Next::Reply && socket_.is_open() && !worker_.stopping) {
        set_deadline(context_.header_timeout);
        next = co_await one_request();
    }
    if (next != Next::Detached) {
        co_await hang_up();
    }
    deadline_.cancel();
}

/// A close with bytes unread resets the connection, and the peer may lose the answer: reads on for
/// a while.
asio::awaitable<void> Connection::hang_up() {
    boost::system::error_code error;
    socket_.shutdown(Socket::shutdown_send, error);
    if (body_unread_ && !error) {
        set_deadline(kLingerTime);
        for (std::size_t left = kLingerBytesMax; left > 0;) {
            received_.clear();
            if (!co_await read_some(error)) {
                break;
            }
            left -= std::min(left, received_.size());
        }
    }
    socket_.close(error);
}

/// Most connections of a storm are here at once: the frame holds the reader and little else.
asio::awaitable<Next> Connection::one_request() {
    HeadReader reader(context_.head_limits, !port_.shoutcast_mount.empty());
    HeadResult head = reader.read(received_);
    while (head.kind == HeadKind::NeedMore) {
        if (!co_await receive()) {
            break;
        }
        head = reader.read(received_);
    }
    co_return co_await act_on(head);
}

asio::awaitable<Next> Connection::act_on(HeadResult head) {
    switch (head.kind) {
        case HeadKind::NeedMore:
            if (timed_out_ && !received_.empty()) {
                co_return co_await refuse_head(Status::RequestTimeout, "the request took too long",
                                               net::CloseReason::HeaderTimeout);
            }
            break;
        case HeadKind::HttpHead:
            co_return co_await http_request(head.size);
        case HeadKind::ShoutcastLogin: {
            body_unread_ = true;
            ShoutcastLoginReader login(context_.head_limits);
            co_return co_await context_.handler.handle_shoutcast(*this, login);
        }
        case HeadKind::TooLarge:
            co_return co_await refuse_head(Status::HeadersTooLarge, "the request head is too large",
                                           net::CloseReason::HeaderTooLarge);
        case HeadKind::Malformed:
            co_return co_await refuse_head(Status::BadRequest, "this is no HTTP request",
                                           net::CloseReason::Malformed);
    }
    co_return Next::Close;
}

asio::awaitable<Next> Connection::http_request(std::size_t head_bytes) {
    const HttpResult<Request> request =
        parse_head(std::string_view(received_).substr(0, head_bytes));
    received_.erase(0, head_bytes);
    if (!request) {
        co_return co_await refuse_head(request.error().status, request.error().text,
                                       net::CloseReason::Malformed);
    }
    worker_.counters.add(runtime::Counter::Requests);
    body_unread_ = has_body(*request);
    const Next next = co_await context_.handler.handle(*this, *request);
    if (next == Next::Reply && !request->keep_alive()) {
        co_return Next::Close;
    }
    co_return next;
}

asio::awaitable<Next> Connection::refuse_head(Status status, std::string_view why,
                                              net::CloseReason reason) {
    refused(reason);
    body_unread_ = true;
    context_.logger.info("{}: refused: {}", address_.text(), why);
    const HttpError error{status, why};
    const std::string text = render_reply(error_reply(error), ReplyTo{}, face());
    (void)co_await send(text);
    log_reply(nullptr, status, text.size());
    co_return Next::Close;
}

ServerFace Connection::face() const {
    return {.id = context_.server_id,
            .now = std::chrono::sys_seconds(std::chrono::seconds(runtime::wall_seconds()))};
}

asio::awaitable<Next> Connection::reply(const Request& request, const Reply& reply,
                                        net::CloseReason reason) {
    reason_ = reason;
    answered_ = true;
    ReplyTo to = reply_to(request);
    // What is left of a body would be read as the next request.
    to.keep_alive = to.keep_alive && !body_unread_;
    if (net::describe(reason).error) {
        refused(reason);
        context_.logger.info("{} {} from {}: {} ({})", request.method_text, request.path,
                             address_.text(), static_cast<int>(reply.status),
                             net::describe(reason).text);
    }
    const std::string text = render_reply(reply, to, face());
    const bool sent = co_await send(text);
    log_reply(&request, reply.status, text.size());
    if (!sent || !to.keep_alive) {
        co_return Next::Close;
    }
    co_return Next::Reply;
}

asio::awaitable<Next> Connection::reply_rendered(const Request& request, Status status,
                                                 std::string_view text) {
    reason_ = net::CloseReason::Answered;
    answered_ = true;
    (void)co_await send(text);
    log_reply(&request, status, text.size());
    co_return Next::Close;
}

void Connection::refused(net::CloseReason reason) {
    reason_ = reason;
    worker_.refused.add(reason);
}

asio::awaitable<bool> Connection::send(std::string_view bytes) {
    set_deadline(kAnswerTimeout);
    boost::system::error_code error;
    co_await asio::async_write(socket_, asio::buffer(bytes), into(error));
    if (error && timed_out_) {
        reason_ = net::CloseReason::AnswerTimeout;
    }
    co_return !error;
}

asio::awaitable<bool> Connection::receive() {
    boost::system::error_code error;
    if (co_await read_some(error)) {
        co_return true;
    }
    // A connection that was kept for another request, which did not come, ended with its answer.
    const bool idle = answered_ && received_.empty();
    if (timed_out_) {
        reason_ = idle ? reason_ : net::CloseReason::HeaderTimeout;
    } else if (error == asio::error::connection_reset) {
        reason_ = net::CloseReason::ClientReset;
    } else {
        reason_ = idle ? reason_ : net::CloseReason::ClientClosed;
    }
    co_return false;
}

/// Waits without a buffer: who only holds a connection open holds no more than that.
asio::awaitable<bool> Connection::read_some(boost::system::error_code& error) {
    std::size_t size = 0;
    error = asio::error::would_block;
    while (!timed_out_ && error == asio::error::would_block) {
        co_await socket_.async_wait(Socket::wait_read, into(error));
        if (!error && !timed_out_) {
            size = take_bytes(error);
        }
    }
    co_return !error && !timed_out_ && size > 0;
}

std::size_t Connection::take_bytes(boost::system::error_code& error) {
    std::array<char, kReadBytes> buffer;
    const std::size_t size = socket_.read_some(asio::buffer(buffer), error);
    received_.append(buffer.data(), size);
    return size;
}

asio::awaitable<std::optional<std::string>> Connection::read_form(const Request& request) {
    const std::uint64_t size = request.content_length.value_or(0);
    if (request.chunked || size > kFormBytesMax) {
        const Reply refusal = text_reply(Status::ContentTooLarge, "the form is too large");
        (void)co_await reply(request, refusal, net::CloseReason::Malformed);
        co_return std::nullopt;
    }
    if (request.expects_continue() && received_.size() < size && !co_await send(kContinue)) {
        co_return std::nullopt;
    }
    while (received_.size() < size) {
        if (!co_await receive()) {
            co_return std::nullopt;
        }
    }
    std::string body = received_.substr(0, size);
    received_.erase(0, size);
    body_unread_ = false;
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
    net::log_or_shed(context_.submitter, {.identity = who,
                                          .address = address_.bytes,
                                          .joined_ms = connected_ms_,
                                          .status = static_cast<std::uint16_t>(status),
                                          .bytes = bytes});
}

}  // namespace ringcast::server::http

// SPDX-License-Identifier: Apache-2.0
#include "server/listen/listener_request.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/dispatch.hpp>
#include <utility>

#include "server/http/listener_head.hpp"
#include "server/net/socket_cookie.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::listen {

namespace {

/// How many listeners more than another, which has `least`, a worker may have and still keep who
/// came to it.
constexpr std::uint64_t imbalance_max(std::uint64_t least) {
    return 128 + least / 16;
}

/// A peer that is gone while nothing is under way is given up by the kernel after `timeout_s`. With
/// data under way the fan-out sees to it (Fanout::acknowledges).
void watch_peer(int descriptor, std::uint32_t timeout_s) {
    const auto set = [descriptor](int level, int name, int value) {
        (void)::setsockopt(descriptor, level, name, &value, sizeof(value));
    };
    if (timeout_s == 0) {
        return;
    }
    // A probe after a third of the time, then four.
    const int seconds = static_cast<int>(timeout_s);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, std::max(1, seconds / 3));
    set(IPPROTO_TCP, TCP_KEEPINTVL, std::max(1, seconds / 6));
    set(IPPROTO_TCP, TCP_KEEPCNT, 4);
}

/// The reply is named: GCC 12 destroys some temporaries of co_await expressions twice.
boost::asio::awaitable<http::Next> refuse(http::Connection& connection,
                                          const http::Request& request, http::Status status,
                                          std::string_view text, net::CloseReason reason) {
    const http::Reply reply = http::text_reply(status, text);
    co_return co_await connection.reply(request, reply, reason);
}

bool sends_metadata(const std::string& content_type) {
    // Ogg and Matroska carry their own; their players take ICY blocks for broken pages.
    return content_type.find("ogg") == std::string::npos &&
           content_type.find("webm") == std::string::npos &&
           content_type.find("matroska") == std::string::npos;
}

}  // namespace

ListenerDoor::ListenerDoor(std::vector<net::Worker*> workers, std::vector<Fanout*> fanouts,
                           std::string server_id, net::Quota& limit)
    : workers_(std::move(workers)),
      fanouts_(std::move(fanouts)),
      server_id_(std::move(server_id)),
      limit_(limit) {
}

/// The worker with the fewest listeners; `own`, where the connection is, unless it has clearly
/// more: a listener that stays needs no queue between two threads.
std::size_t ListenerDoor::worker_for_one_more(std::size_t own) const {
    const auto listeners = [](const net::Worker* worker) {
        return worker->counters.value(runtime::Counter::Listeners);
    };
    const auto least = std::min_element(
        workers_.begin(), workers_.end(),
        [&](const net::Worker* a, const net::Worker* b) { return listeners(a) < listeners(b); });
    return listeners(workers_[own]) <= listeners(*least) + imbalance_max(listeners(*least))
               ? own
               : static_cast<std::size_t>(least - workers_.begin());
}

std::string ListenerDoor::head(const http::Request& request, const stations::Broadcast& broadcast,
                               std::uint32_t metaint) const {
    const http::SourceProperties& source = broadcast.source;
    return http::render_listener_head(
        {.content_type = source.content_type,
         .name = source.name,
         .description = source.description,
         .genre = source.genre,
         .url = source.url,
         .bitrate = source.bitrate != 0 ? source.bitrate : broadcast.format.bitrate / 1000,
         .is_public = source.is_public.value_or(false),
         .audio_info = source.audio_info,
         .metaint = metaint},
        http::reply_to(request),
        {.id = server_id_,
         .now = std::chrono::sys_seconds(std::chrono::seconds(runtime::wall_seconds()))});
}

boost::asio::awaitable<http::Next> ListenerDoor::serve(
    http::Connection& connection, const http::Request& request,
    const std::shared_ptr<stations::StationEntry>& entry) {
    const stations::Broadcast broadcast = entry->broadcast();
    if (!broadcast.live) {
        co_return co_await refuse(connection, request, http::Status::NotFound,
                                  "mountpoint unavailable", net::CloseReason::NotFound);
    }
    const bool metadata =
        request.wants_icy_metadata() && sends_metadata(broadcast.source.content_type);
    const std::uint32_t metaint = metadata ? entry->settings().metaint : 0;
    std::string head_text = head(request, broadcast, metaint);
    if (request.method == http::Method::Head) {
        co_return co_await connection.reply_rendered(request, http::Status::Ok, head_text);
    }
    net::Place place = net::take_place(limit_);
    if (!place) {
        co_return co_await refuse(connection, request, http::Status::Forbidden,
                                  "max listeners reached", net::CloseReason::ListenersFull);
    }
    switch (entry->admit_listener()) {
        case stations::StationEntry::Admission::Admitted:
            break;
        case stations::StationEntry::Admission::Full:
            co_return co_await refuse(connection, request, http::Status::Forbidden,
                                      "max listeners reached", net::CloseReason::StationFull);
        case stations::StationEntry::Admission::Gone:
            co_return co_await refuse(connection, request, http::Status::NotFound,
                                      "mountpoint unavailable", net::CloseReason::NotFound);
    }
    (void)place.release();  // the fan-out gives it back
    hand_over(connection, {.entry = entry,
                           .facts = {.metaint = metaint},
                           .identity = http::Connection::identity(request),
                           .generation = broadcast.generation,
                           .head = std::move(head_text)});
    co_return http::Next::Detached;
}

void ListenerDoor::hand_over(http::Connection& connection, NewListener listener) {
    const int descriptor = connection.detach();
    watch_peer(descriptor, fanouts_.front()->stall_timeout_s());
    listener.facts = {.id = connection.id(),
                      .cookie = net::socket_cookie(descriptor),
                      .joined_ms = connection.connected_ms(),
                      .address = connection.address().bytes,
                      .port = connection.address().port,
                      .status = 200,
                      .descriptor = descriptor,
                      .station = listener.entry->index(),
                      .metaint = listener.facts.metaint};
    const std::size_t place = worker_for_one_more(connection.worker().number);
    boost::asio::dispatch(
        workers_[place]->context,
        [fanout = fanouts_[place], listener = std::move(listener)] { fanout->adopt(listener); });
}

}  // namespace ringcast::server::listen

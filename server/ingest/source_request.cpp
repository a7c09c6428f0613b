// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/source_request.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "server/net/socket_cookie.hpp"

namespace ringcast::server::ingest {

namespace asio = boost::asio;

namespace {

http::Reply refusal_reply(http::Status status, const std::string& text) {
    return status == http::Status::Unauthorized ? http::unauthorized_reply("Ringcast")
                                                : http::text_reply(status, text);
}

core::BodyState body_of(const http::Request& request, std::uint32_t metaint) {
    if (request.chunked) {
        return core::BodyDecoder::begin(core::BodyFraming::Chunked, 0, metaint);
    }
    // libshout's SOURCE says "Content-Length: 0" and streams: only PUT and POST mean a length.
    if (request.content_length && request.method != http::Method::Source) {
        return core::BodyDecoder::begin(core::BodyFraming::Length, *request.content_length,
                                        metaint);
    }
    return core::BodyDecoder::begin(core::BodyFraming::UntilClose, 0, metaint);
}

}  // namespace

SourceDoor::SourceDoor(SourceClaims& claims, stations::StationRegistry& registry, SourceGate& gate,
                       const runtime::Logger& logger, SourceDoorOptions options)
    : claims_(claims),
      registry_(registry),
      gate_(gate),
      logger_(logger),
      options_(std::move(options)) {
}

/// Why no source may have `mount`. A mount of the config was checked there.
std::optional<Refusal> SourceDoor::refuse_mount(const std::string& mount) const {
    std::string_view fault = options_.mount_fault(mount);
    if (mount.size() > core::kMountBytesMax) {
        fault = "is too long";
    }
    if (fault.empty()) {
        return std::nullopt;
    }
    const std::string text = "the mount " + std::string(fault);
    return Refusal(net::CloseReason::BadMount, http::Status::BadRequest, text);
}

asio::awaitable<std::optional<Refusal>> SourceDoor::authorize(
    const std::string& mount, const std::optional<http::Credentials>& credentials) {
    const std::shared_ptr<stations::StationEntry> entry = registry_.find(mount);
    Access access = Access::Denied;
    if (credentials) {
        access = co_await gate_.may_write(entry.get(), *credentials);
    }
    switch (access) {
        case Access::Granted:
            co_return std::nullopt;
        case Access::Denied:
            break;
        case Access::Busy: {
            const Refusal busy(net::CloseReason::VerifierBusy, http::Status::ServiceUnavailable,
                               "busy, please try again later");
            co_return busy;
        }
    }
    const Refusal denied(net::CloseReason::Unauthorized, http::Status::Unauthorized, "");
    co_return denied;
}

void SourceDoor::hand_over(Claim claim, Login login, http::Connection& connection) {
    logger_.info("{}: source {} from {} goes live ({})", claim.entry->mount(), login.identity.agent,
                 connection.address().text(), login.properties.content_type);
    net::Worker& worker = claims_.worker_of(claim);
    SourceSet& set = claims_.set_of(claim);
    NewSource source{.entry = std::move(claim.entry),
                     .id = claim.writer.id,
                     .place = std::move(claim.place),
                     .facts = {},
                     .identity = std::move(login.identity),
                     .body = login.body,
                     .received = std::move(connection.received()),
                     .answer_at_end = login.answer_at_end};
    const int descriptor = connection.detach();
    source.facts = {.id = connection.id(),
                    .cookie = net::socket_cookie(descriptor),
                    .joined_ms = connection.connected_ms(),
                    .address = connection.address().bytes,
                    .port = connection.address().port,
                    .descriptor = descriptor};
    asio::post(worker.context,
               [&set, source = std::move(source)]() mutable { set.adopt(std::move(source)); });
}

/// Claims the station and starts it.
asio::awaitable<std::optional<Refusal>> SourceDoor::go_live(const http::Connection& connection,
                                                            const Login& login, Claim& claim) {
    std::optional<Refusal> refusal = co_await claims_.claim(login.mount, login.identity.user,
                                                            login.properties.content_type, claim);
    if (!refusal) {
        const std::string address = connection.address().text();
        refusal = co_await claims_.begin(claim, login.properties, address);
    }
    co_return refusal;
}

asio::awaitable<http::Next> SourceDoor::refuse(http::Connection& connection,
                                               const http::Request& request,
                                               const Refusal& refusal) {
    const http::Reply reply = refusal_reply(refusal.status, refusal.text);
    co_return co_await connection.reply(request, reply, refusal.reason);
}

asio::awaitable<http::Next> SourceDoor::serve(http::Connection& connection,
                                              const http::Request& request) {
    if (const auto refusal = refuse_mount(request.path)) {
        co_return co_await refuse(connection, request, *refusal);
    }
    const std::optional<http::Credentials> credentials = request.basic_credentials();
    if (const auto refusal = co_await authorize(request.path, credentials)) {
        co_return co_await refuse(connection, request, *refusal);
    }
    Login login;
    login.mount = request.path;
    login.properties = http::parse_source_request(request);
    login.identity = http::Connection::identity(request);
    login.body = body_of(request, login.properties.icy_metaint);
    login.answer_at_end = request.expects_continue();
    Claim claim;
    if (const auto refusal = co_await go_live(connection, login, claim)) {
        co_return co_await refuse(connection, request, *refusal);
    }
    const std::string_view answer =
        request.expects_continue() ? http::kContinue : http::source_accepted(request.version);
    // A peer that is gone by now is noticed as every other source that goes.
    (void)co_await connection.send(answer);
    hand_over(std::move(claim), std::move(login), connection);
    co_return http::Next::Detached;
}

}  // namespace ringcast::server::ingest

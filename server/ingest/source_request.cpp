// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/source_request.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

#include "server/runtime/system_clock.hpp"

namespace ringcast::server::ingest {

namespace asio = boost::asio;

namespace {

/// A source that has sent no whole frame for this long may be taken over silently.
constexpr std::int64_t kSilentMs = 2000;
/// A claim is lost to another source that comes at the same moment at most this often.
constexpr int kClaimTriesMax = 4;

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

std::uint64_t socket_cookie(int descriptor) {
    std::uint64_t cookie = 0;
    socklen_t size = sizeof(cookie);
    (void)::getsockopt(descriptor, SOL_SOCKET, SO_COOKIE, &cookie, &size);
    return cookie;
}

}  // namespace

SourceDoor::SourceDoor(std::vector<net::Worker*> workers, std::vector<SourceSet*> sets,
                       stations::StationRegistry& registry, SourceGate& gate,
                       const runtime::Logger& logger, SourceDoorOptions options)
    : workers_(std::move(workers)),
      sets_(std::move(sets)),
      registry_(registry),
      gate_(gate),
      logger_(logger),
      options_(std::move(options)) {
}

/// Stations that a live source has claimed, those included that are about to begin.
std::uint64_t SourceDoor::sources() const {
    const auto entries = registry_.all();
    return static_cast<std::uint64_t>(
        std::count_if(entries.begin(), entries.end(), [](const auto& entry) {
            const stations::Writer writer = entry->writer();
            return writer.id != 0 && !writer.is_input;
        }));
}

std::size_t SourceDoor::least_loaded() const {
    const auto least = std::min_element(workers_.begin(), workers_.end(),
                                        [](const net::Worker* a, const net::Worker* b) {
                                            return a->counters.value(runtime::Counter::Sources) <
                                                   b->counters.value(runtime::Counter::Sources);
                                        });
    return static_cast<std::size_t>(least - workers_.begin());
}

asio::awaitable<std::optional<SourceDoor::Refusal>> SourceDoor::authorize(
    http::Connection& connection, const std::string& mount,
    const std::optional<http::Credentials>& credentials) {
    const std::shared_ptr<stations::StationEntry> entry = registry_.find(mount);
    if (!credentials || !co_await gate_.may_write(entry.get(), *credentials)) {
        if (credentials) {
            logger_.warning("{}: wrong source password from {}", mount,
                            connection.address().text());
        }
        const Refusal refusal(net::CloseReason::Unauthorized, http::Status::Unauthorized, "");
        co_return refusal;
    }
    co_return std::nullopt;
}

std::optional<SourceDoor::Refusal> SourceDoor::find_or_add(
    const std::string& mount, std::shared_ptr<stations::StationEntry>& entry) {
    entry = registry_.find(mount);
    if (entry != nullptr) {
        return std::nullopt;
    }
    if (!options_.dynamic_stations) {
        return Refusal{net::CloseReason::NotFound, http::Status::NotFound, "no such mountpoint"};
    }
    stations::StationSettings settings = options_.dynamic_settings;
    settings.mount = mount;
    settings.dynamic = true;
    auto added = registry_.add(std::move(settings));
    if (!added) {
        logger_.warning("{}: no station can be made: {}", mount, added.error().message);
        return Refusal{net::CloseReason::PoolExhausted, http::Status::ServiceUnavailable,
                       "no room for another station"};
    }
    entry = *added;
    return std::nullopt;
}

asio::awaitable<std::optional<SourceDoor::Refusal>> SourceDoor::displace(
    stations::StationEntry& entry, const stations::Writer& holder, const Login& login) {
    const Refusal in_use(net::CloseReason::MountInUse, http::Status::Forbidden,
                         "Mountpoint in use");
    if (holder.is_input) {
        if (holder.content_type != stream_type(login.properties.content_type)) {
            const std::string text = "the content type must be " + holder.content_type;
            const Refusal refusal(net::CloseReason::ContentTypeMismatch, http::Status::Forbidden,
                                  text);
            co_return refusal;
        }
        co_await pause_input_(holder);
        co_return std::nullopt;
    }
    bool allowed = false;
    switch (entry.settings().takeover) {
        case stations::Takeover::Silent:
            allowed = holder.user == login.user &&
                      runtime::steady_milliseconds() - entry.last_frame_ms() >= kSilentMs;
            break;
        case stations::Takeover::Always:
            allowed = true;
            break;
        case stations::Takeover::Never:
            break;
    }
    if (!allowed) {
        co_return in_use;
    }
    SourceSet& set = *sets_[holder.worker];
    (void)co_await net::run_on(*workers_[holder.worker], [&set, id = holder.id] {
        set.end(id, net::CloseReason::SourceDisplaced);
        return true;
    });
    co_return std::nullopt;
}

asio::awaitable<std::optional<SourceDoor::Refusal>> SourceDoor::claim(const Login& login,
                                                                      Claim& claim) {
    const std::uint64_t limit = options_.sources_max == 0
                                    ? options_.records
                                    : std::min(options_.sources_max, options_.records);
    const Refusal in_use(net::CloseReason::MountInUse, http::Status::Forbidden,
                         "Mountpoint in use");
    for (int tries = 0; tries < kClaimTriesMax; ++tries) {
        if (auto refusal = find_or_add(login.mount, claim.entry)) {
            co_return refusal;
        }
        claim.writer = {.id = next_id(),
                        .worker = static_cast<std::uint32_t>(least_loaded()),
                        .is_input = false,
                        .user = login.user,
                        .content_type = stream_type(login.properties.content_type)};
        const std::optional<stations::Writer> holder = claim.entry->claim(claim.writer);
        if (!holder) {
            if (sources() > limit) {
                claim.entry->release_writer(claim.writer.id, runtime::steady_milliseconds());
                const Refusal refusal(net::CloseReason::SourcesFull, http::Status::Forbidden,
                                      "too many sources connected");
                co_return refusal;
            }
            co_return std::nullopt;
        }
        if (holder->id != 0) {
            if (auto refusal = co_await displace(*claim.entry, *holder, login)) {
                co_return refusal;
            }
        }
    }
    co_return in_use;
}

/// Starts the station's writing half, on the thread that will write.
asio::awaitable<std::optional<SourceDoor::Refusal>> SourceDoor::begin(
    const Claim& claim, const Login& login, const http::Connection& connection) {
    stations::StationEntry& entry = *claim.entry;
    const std::string& type = claim.writer.content_type;
    const bool ready = co_await net::run_on(*workers_[claim.writer.worker], [&entry, &type] {
        return entry.station().begin_source(type, entry.change_type(type)).has_value();
    });
    if (!ready) {
        entry.release_writer(claim.writer.id, runtime::steady_milliseconds());
        logger_.error("{}: no memory for the ring", entry.mount());
        const Refusal refusal(net::CloseReason::PoolExhausted, http::Status::ServiceUnavailable,
                              "no memory for the ring");
        co_return refusal;
    }
    entry.frame_published(runtime::steady_milliseconds());
    entry.set_broadcast(
        make_broadcast(entry.settings(), login.properties, connection.address().text()));
    entry.station().record().counters.source_connections.fetch_add(1, std::memory_order_relaxed);
    co_return std::nullopt;
}

void SourceDoor::hand_over(Claim claim, Login login, http::Connection& connection) {
    logger_.info("{}: source {} from {} goes live ({})", claim.entry->mount(), login.identity.agent,
                 connection.address().text(), login.properties.content_type);
    const std::uint32_t place = claim.writer.worker;
    NewSource source{.entry = std::move(claim.entry),
                     .id = claim.writer.id,
                     .facts = {},
                     .identity = std::move(login.identity),
                     .body = login.body,
                     .received = std::move(connection.received()),
                     .answer_at_end = login.answer_at_end};
    const int descriptor = connection.detach();
    source.facts = {.id = connection.id(),
                    .cookie = socket_cookie(descriptor),
                    .joined_ms = connection.connected_ms(),
                    .address = connection.address().bytes,
                    .port = connection.address().port,
                    .descriptor = descriptor};
    asio::post(workers_[place]->context,
               [set = sets_[place], source = std::move(source)]() mutable {
                   set->adopt(std::move(source));
               });
}

asio::awaitable<http::Next> SourceDoor::serve(http::Connection& connection,
                                              const http::Request& request) {
    const auto refuse = [&](const Refusal& refusal) -> asio::awaitable<http::Next> {
        const http::Reply reply = refusal_reply(refusal.status, refusal.text);
        co_return co_await connection.reply(request, reply, refusal.reason);
    };
    const std::string& mount = request.path;
    if (const char* fault = mount_fault(mount)) {
        const Refusal refusal(net::CloseReason::BadMount, http::Status::BadRequest, fault);
        co_return co_await refuse(refusal);
    }
    const std::optional<http::Credentials> credentials = request.basic_credentials();
    if (auto refusal = co_await authorize(connection, mount, credentials)) {
        co_return co_await refuse(*refusal);
    }
    Login login{.mount = mount,
                .user = credentials->user,
                .properties = http::parse_source_request(request),
                .identity = http::Connection::identity(request),
                .body = {},
                .answer_at_end = request.expects_continue()};
    if (login.properties.content_type.empty()) {
        const Refusal refusal(net::CloseReason::NoContentType, http::Status::Forbidden,
                              "No Content-type given");
        co_return co_await refuse(refusal);
    }
    login.body = body_of(request, login.properties.icy_metaint);
    Claim claim;
    if (auto refusal = co_await this->claim(login, claim)) {
        co_return co_await refuse(*refusal);
    }
    if (auto refusal = co_await begin(claim, login, connection)) {
        co_return co_await refuse(*refusal);
    }
    const std::string_view answer =
        request.expects_continue() ? http::kContinue : http::source_accepted(request.version);
    if (!co_await connection.send(answer)) {
        claim.entry->release_writer(claim.writer.id, runtime::steady_milliseconds());
        co_return http::Next::Close;
    }
    hand_over(std::move(claim), std::move(login), connection);
    co_return http::Next::Detached;
}

asio::awaitable<http::Next> SourceDoor::serve_shoutcast(http::Connection& connection,
                                                        http::ShoutcastLoginReader& reader) {
    bool authorized = false;
    std::string mount = connection.port().shoutcast_mount;
    http::ShoutcastStep step = reader.read(connection.received());
    for (; step != http::ShoutcastStep::TooLarge; step = reader.read(connection.received())) {
        if (!authorized && step != http::ShoutcastStep::NeedPassword) {
            const http::ShoutcastLogin& said = reader.login();
            if (!said.mount.empty()) {
                mount = said.mount;
            }
            std::optional<http::Credentials> credentials{std::in_place};
            credentials->user = said.user.empty() ? options_.default_user : said.user;
            credentials->password = said.password;
            bool refused = said.poke || mount_fault(mount) != nullptr;
            if (!refused) {
                refused = (co_await authorize(connection, mount, credentials)).has_value();
            }
            if (refused && !said.poke && said.line != said.password) {
                // A plain password may have a colon in it.
                credentials->user = options_.default_user;
                credentials->password = said.line;
                refused = (co_await authorize(connection, mount, credentials)).has_value();
            }
            if (refused) {
                connection.note(net::CloseReason::Unauthorized);
                (void)co_await connection.send(http::kShoutcastRefused);
                co_return http::Next::Close;
            }
            authorized = true;
            if (!co_await connection.send(http::kShoutcastAccepted)) {
                co_return http::Next::Close;
            }
        }
        if (step == http::ShoutcastStep::Done) {
            break;
        }
        if (!co_await connection.receive()) {
            co_return http::Next::Close;
        }
    }
    if (step == http::ShoutcastStep::TooLarge) {
        connection.note(net::CloseReason::HeaderTooLarge);
        co_return http::Next::Close;
    }
    connection.received().erase(0, reader.size());
    co_return co_await shoutcast_live(connection, reader, mount);
}

asio::awaitable<http::Next> SourceDoor::shoutcast_live(http::Connection& connection,
                                                       const http::ShoutcastLoginReader& reader,
                                                       const std::string& mount) {
    Login login{.mount = mount,
                .user = reader.login().user.empty() ? options_.default_user : reader.login().user,
                .properties = http::parse_shoutcast_headers(reader.headers()),
                .identity = {},
                .body = {},
                .answer_at_end = false};
    login.identity = {.target = "SOURCE " + mount + " ICY/1.0",
                      .agent = login.properties.user_agent,
                      .referer = {},
                      .user = login.user};
    login.body =
        core::BodyDecoder::begin(core::BodyFraming::UntilClose, 0, login.properties.icy_metaint);
    Claim claim;
    std::optional<Refusal> refusal = co_await this->claim(login, claim);
    if (!refusal) {
        refusal = co_await begin(claim, login, connection);
    }
    if (refusal) {
        logger_.info("{}: SHOUTcast source from {} refused: {}", mount, connection.address().text(),
                     net::describe(refusal->reason).text);
        connection.note(refusal->reason);
        co_return http::Next::Close;
    }
    hand_over(std::move(claim), std::move(login), connection);
    co_return http::Next::Detached;
}

}  // namespace ringcast::server::ingest

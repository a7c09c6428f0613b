// SPDX-License-Identifier: Apache-2.0
// The SHOUTcast v1 handshake: a line with the password, then headers, then audio. WIRE notes 4.
#include <utility>

#include "server/ingest/source_request.hpp"

namespace ringcast::server::ingest {

namespace asio = boost::asio;

/// Whether the password line may write `mount`.
asio::awaitable<std::optional<Refusal>> SourceDoor::authorize_line(const http::ShoutcastLogin& said,
                                                                   const std::string& mount) {
    if (said.poke) {
        const Refusal probe(net::CloseReason::Unauthorized, http::Status::Unauthorized, "");
        co_return probe;
    }
    std::optional<Refusal> refusal = refuse_mount(mount);
    if (refusal) {
        co_return refusal;
    }
    const std::shared_ptr<stations::StationEntry> entry = registry_.find(mount);
    const std::string user = entry != nullptr ? entry->settings().user : options_.default_user;
    std::optional<http::Credentials> credentials{std::in_place};
    credentials->user = said.user.empty() ? user : said.user;
    credentials->password = said.password;
    refusal = co_await authorize(mount, credentials);
    if (refusal && said.line != said.password) {
        // A plain password may have a colon in it.
        credentials->user = user;
        credentials->password = said.line;
        refusal = co_await authorize(mount, credentials);
    }
    co_return refusal;
}

void SourceDoor::refuse_shoutcast(http::Connection& connection, const std::string& mount,
                                  const Refusal& refusal) {
    connection.refused(refusal.reason);
    logger_.info("{}: SHOUTcast source from {} refused: {}", mount, connection.address().text(),
                 net::describe(refusal.reason).text);
}

asio::awaitable<http::Next> SourceDoor::serve_shoutcast(http::Connection& connection,
                                                        http::ShoutcastLoginReader& reader) {
    bool authorized = false;
    std::string mount = connection.port().shoutcast_mount;
    http::ShoutcastStep step = reader.read(connection.received());
    for (; step != http::ShoutcastStep::TooLarge; step = reader.read(connection.received())) {
        if (!authorized && step != http::ShoutcastStep::NeedPassword) {
            if (!reader.login().mount.empty()) {
                mount = reader.login().mount;
            }
            if (const auto refusal = co_await authorize_line(reader.login(), mount)) {
                refuse_shoutcast(connection, mount, *refusal);
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
        const Refusal large(net::CloseReason::HeaderTooLarge, http::Status::HeadersTooLarge, "");
        refuse_shoutcast(connection, mount, large);
        co_return http::Next::Close;
    }
    connection.received().erase(0, reader.size());
    co_return co_await shoutcast_live(connection, reader, mount);
}

asio::awaitable<http::Next> SourceDoor::shoutcast_live(http::Connection& connection,
                                                       const http::ShoutcastLoginReader& reader,
                                                       const std::string& mount) {
    const std::string& user = reader.login().user;
    Login login;
    login.mount = mount;
    login.properties = http::parse_shoutcast_headers(reader.headers());
    login.identity.target = "SOURCE " + mount + " ICY/1.0";
    login.identity.agent = login.properties.user_agent;
    login.identity.user = user.empty() ? options_.default_user : user;
    login.body =
        core::BodyDecoder::begin(core::BodyFraming::UntilClose, 0, login.properties.icy_metaint);
    Claim claim;
    if (const auto refusal = co_await go_live(connection, login, claim)) {
        refuse_shoutcast(connection, mount, *refusal);
        co_return http::Next::Close;
    }
    hand_over(std::move(claim), std::move(login), connection);
    co_return http::Next::Detached;
}

}  // namespace ringcast::server::ingest

// SPDX-License-Identifier: Apache-2.0
// From a request to a live source: PUT, SOURCE and POST to a mount, and the SHOUTcast handshake.
// Checks in Icecast's order, claims the station, answers, and hands the socket to the worker with
// the fewest sources.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/connection.hpp"
#include "server/http/source_headers.hpp"
#include "server/ingest/source_claims.hpp"
#include "server/runtime/logging.hpp"
#include "server/stations/station_registry.hpp"

namespace ringcast::server::ingest {

/// Whether somebody may do something.
enum class Access : std::uint8_t {
    Granted,
    Denied,
    Busy,  ///< too many passwords wait to be verified: nothing is known
};

/// Decides whether somebody may write a station; the app knows the passwords.
class SourceGate {
  public:
    virtual ~SourceGate() = default;
    /// `entry` is null for a mount that has no station yet. May take long: hashes are verified
    /// elsewhere.
    virtual boost::asio::awaitable<Access> may_write(const stations::StationEntry* entry,
                                                     const http::Credentials& credentials) = 0;
};

struct SourceDoorOptions {
    std::string default_user = "source";  ///< of SHOUTcast logins, which name none
    /// What is wrong with a mount ("has an empty segment"); empty for a good one.
    std::string_view (*mount_fault)(std::string_view mount) = nullptr;
};

/// Used by all workers.
class SourceDoor {
  public:
    SourceDoor(SourceClaims& claims, stations::StationRegistry& registry, SourceGate& gate,
               const runtime::Logger& logger, SourceDoorOptions options);

    /// PUT, SOURCE or POST to a mount.
    boost::asio::awaitable<http::Next> serve(http::Connection& connection,
                                             const http::Request& request);

    /// A SHOUTcast v1 login, for the port's station unless it names another.
    boost::asio::awaitable<http::Next> serve_shoutcast(http::Connection& connection,
                                                       http::ShoutcastLoginReader& login);

  private:
    struct Login {
        std::string mount;
        http::SourceProperties properties;
        core::Identity identity;
        core::BodyState body;
        bool answer_at_end = false;
    };

    [[nodiscard]] std::optional<Refusal> refuse_mount(const std::string& mount) const;
    boost::asio::awaitable<std::optional<Refusal>> authorize(
        const std::string& mount, const std::optional<http::Credentials>& credentials);
    boost::asio::awaitable<std::optional<Refusal>> authorize_line(const http::ShoutcastLogin& said,
                                                                  const std::string& mount);
    boost::asio::awaitable<std::optional<Refusal>> go_live(const http::Connection& connection,
                                                           const Login& login, Claim& claim);
    boost::asio::awaitable<http::Next> shoutcast_live(http::Connection& connection,
                                                      const http::ShoutcastLoginReader& reader,
                                                      const std::string& mount);
    boost::asio::awaitable<http::Next> refuse(http::Connection& connection,
                                              const http::Request& request, const Refusal& refusal);
    void refuse_shoutcast(http::Connection& connection, const std::string& mount,
                          const Refusal& refusal);
    void hand_over(Claim claim, Login login, http::Connection& connection);

    SourceClaims& claims_;
    stations::StationRegistry& registry_;
    SourceGate& gate_;
    const runtime::Logger& logger_;
    const SourceDoorOptions options_;
};

}  // namespace ringcast::server::ingest

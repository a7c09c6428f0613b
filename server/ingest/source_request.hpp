// SPDX-License-Identifier: Apache-2.0
// From a request to a live source: PUT, SOURCE and POST to a mount, and the SHOUTcast handshake.
// Checks in Icecast's order, claims the station, answers, and hands the socket to the worker with
// the fewest sources.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/connection.hpp"
#include "server/http/source_headers.hpp"
#include "server/ingest/source_rules.hpp"
#include "server/ingest/source_set.hpp"
#include "server/net/worker.hpp"
#include "server/runtime/logging.hpp"
#include "server/stations/station_registry.hpp"

namespace ringcast::server::ingest {

/// Decides whether somebody may write a station; the app knows the passwords.
class SourceGate {
  public:
    virtual ~SourceGate() = default;
    /// `entry` is null for a mount that has no station yet. May take long: hashes are verified
    /// elsewhere.
    virtual boost::asio::awaitable<bool> may_write(const stations::StationEntry* entry,
                                                   const http::Credentials& credentials) = 0;
};

/// Stops a station's file input on its worker's thread, so that a live source can take over. See
/// file_input.hpp.
using PauseInput = std::function<boost::asio::awaitable<void>(const stations::Writer&)>;

struct SourceDoorOptions {
    std::uint32_t sources_max = 0;  ///< 0: as many as the pool has records
    std::uint32_t records = 0;      ///< in the pool
    bool dynamic_stations = true;
    stations::StationSettings
        dynamic_settings;  ///< of a station that is not in the config; without a mount
    std::string default_user = "source";  ///< of SHOUTcast logins, which name none
};

/// Used by all workers.
class SourceDoor {
  public:
    SourceDoor(std::vector<net::Worker*> workers, std::vector<SourceSet*> sets,
               stations::StationRegistry& registry, SourceGate& gate, const runtime::Logger& logger,
               SourceDoorOptions options);

    /// PUT, SOURCE or POST to a mount.
    boost::asio::awaitable<http::Next> serve(http::Connection& connection,
                                             const http::Request& request);

    /// A SHOUTcast v1 login; `mount` is the port's station.
    boost::asio::awaitable<http::Next> serve_shoutcast(http::Connection& connection,
                                                       http::ShoutcastLoginReader& login);

    /// A number for a new writer.
    [[nodiscard]] std::uint64_t next_id() {
        return last_id_.fetch_add(1, std::memory_order_relaxed) + 1;
    }

    /// How file inputs are displaced; set once, before connections are accepted.
    void set_pause_input(PauseInput pause) { pause_input_ = std::move(pause); }

  private:
    boost::asio::awaitable<http::Next> shoutcast_live(http::Connection& connection,
                                                      const http::ShoutcastLoginReader& reader,
                                                      const std::string& mount);
    /// Why a source may not go live.
    struct Refusal {
        Refusal(net::CloseReason why, http::Status answer, std::string_view words)
            : reason(why), status(answer), text(words) {}
        net::CloseReason reason;
        http::Status status;
        std::string text;
    };
    struct Login {
        std::string mount;
        std::string user;
        http::SourceProperties properties;
        core::Identity identity;
        core::BodyState body;
        bool answer_at_end = false;
    };
    struct Claim {
        std::shared_ptr<stations::StationEntry> entry;
        stations::Writer writer;
    };

    boost::asio::awaitable<std::optional<Refusal>> authorize(
        http::Connection& connection, const std::string& mount,
        const std::optional<http::Credentials>& credentials);
    boost::asio::awaitable<std::optional<Refusal>> claim(const Login& login, Claim& claim);
    boost::asio::awaitable<std::optional<Refusal>> displace(stations::StationEntry& entry,
                                                            const stations::Writer& holder,
                                                            const Login& login);
    [[nodiscard]] std::optional<Refusal> find_or_add(
        const std::string& mount, std::shared_ptr<stations::StationEntry>& entry);
    boost::asio::awaitable<std::optional<Refusal>> begin(const Claim& claim, const Login& login,
                                                         const http::Connection& connection);
    void hand_over(Claim claim, Login login, http::Connection& connection);
    [[nodiscard]] std::size_t least_loaded() const;
    [[nodiscard]] std::uint64_t sources() const;

    std::vector<net::Worker*> workers_;
    std::vector<SourceSet*> sets_;
    stations::StationRegistry& registry_;
    SourceGate& gate_;
    const runtime::Logger& logger_;
    const SourceDoorOptions options_;
    PauseInput pause_input_;
    std::atomic<std::uint64_t> last_id_{0};
};

}  // namespace ringcast::server::ingest

// SPDX-License-Identifier: Apache-2.0
// Which part of the server answers a request.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "server/admin/stats_snapshot.hpp"
#include "server/app/gate.hpp"
#include "server/http/connection.hpp"
#include "server/http/metadata_request.hpp"
#include "server/http/playlist.hpp"
#include "server/ingest/source_request.hpp"
#include "server/listen/listener_request.hpp"
#include "server/stations/station_registry.hpp"

namespace ringcast::server::app {

struct RouterOptions {
    std::string server_name;
    std::string hostname;
    std::uint16_t public_port = 8000;
    std::string default_user = "source";  ///< of title updates that bring only a password
};

/// Used by all workers.
class Router final : public http::Handler {
  public:
    struct Parts {
        std::vector<net::Worker*> workers;
        stations::StationRegistry& registry;
        Gate& gate;
        ingest::SourceDoor& sources;
        listen::ListenerDoor& listeners;
        std::function<admin::StatsSnapshot()> snapshot;
    };
    Router(Parts parts, RouterOptions options);

    boost::asio::awaitable<http::Next> handle(http::Connection& connection,
                                              const http::Request& request) override;
    boost::asio::awaitable<http::Next> handle_shoutcast(http::Connection& connection,
                                                        http::ShoutcastLoginReader& login) override;

  private:
    boost::asio::awaitable<http::Next> get(http::Connection& connection,
                                           const http::Request& request);
    boost::asio::awaitable<http::Next> admin(http::Connection& connection,
                                             const http::Request& request);
    boost::asio::awaitable<http::Next> refuse(http::Connection& connection,
                                              const http::Request& request, ingest::Access access);
    boost::asio::awaitable<http::Next> metadata(http::Connection& connection,
                                                const http::Request& request,
                                                http::MetadataDoor door);
    boost::asio::awaitable<http::Next> playlist(http::Connection& connection,
                                                const http::Request& request,
                                                http::PlaylistFormat format,
                                                const stations::StationEntry& entry);
    boost::asio::awaitable<bool> update_title(const std::shared_ptr<stations::StationEntry>& entry,
                                              const http::MetadataUpdate& update);

    Parts parts_;
    const RouterOptions options_;
};

}  // namespace ringcast::server::app

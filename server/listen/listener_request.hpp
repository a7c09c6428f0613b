// SPDX-License-Identifier: Apache-2.0
// From a request for a mount to a listener: admission, the response head, and the hand-over to the
// fan-out of the worker that has the fewest.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/http/connection.hpp"
#include "server/listen/fanout.hpp"
#include "server/net/worker.hpp"
#include "server/stations/station_entry.hpp"

namespace ringcast::server::listen {

/// Where listeners are let in. Used by all workers.
class ListenerDoor {
  public:
    /// `workers[i]` runs `fanouts[i]`. `limit`: that of FanoutContext.
    ListenerDoor(std::vector<net::Worker*> workers, std::vector<Fanout*> fanouts,
                 std::string server_id, net::Quota& limit);

    /// Answers GET or HEAD of a live station. A stream is never chunked and has no length (players
    /// read chunk sizes as audio), ranges are ignored.
    boost::asio::awaitable<http::Next> serve(http::Connection& connection,
                                             const http::Request& request,
                                             const std::shared_ptr<stations::StationEntry>& entry);

  private:
    [[nodiscard]] std::string head(const http::Request& request,
                                   const stations::Broadcast& broadcast,
                                   std::uint32_t metaint) const;
    void hand_over(http::Connection& connection, NewListener listener);
    [[nodiscard]] std::size_t worker_for_one_more(std::size_t own) const;

    std::vector<net::Worker*> workers_;
    std::vector<Fanout*> fanouts_;
    std::string server_id_;
    net::Quota& limit_;
};

}  // namespace ringcast::server::listen

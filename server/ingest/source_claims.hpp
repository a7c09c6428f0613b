// SPDX-License-Identifier: Apache-2.0
// Whether a source may go live: finds or makes its station, keeps the limits, displaces who was
// there, and starts the station's writing half.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "server/http/source_headers.hpp"
#include "server/http/status.hpp"
#include "server/ingest/source_set.hpp"
#include "server/net/quota.hpp"
#include "server/net/worker.hpp"
#include "server/runtime/logging.hpp"
#include "server/stations/station_registry.hpp"

namespace ringcast::server::ingest {

/// Stops a station's file input on its worker's thread, so that a live source can take over. See
/// file_input.hpp.
using PauseInput = std::function<boost::asio::awaitable<void>(const stations::Writer&)>;

/// Why a source may not go live.
struct Refusal {
    Refusal(net::CloseReason why, http::Status answer, std::string_view words)
        : reason(why), status(answer), text(words) {}
    net::CloseReason reason;
    http::Status status;
    std::string text;
};

/// The right to write a station, and a place among the sources. Given back unless `entry` was moved
/// out, by who writes then.
struct Claim {
    Claim() = default;
    Claim(Claim&&) = default;
    Claim& operator=(Claim&&) = delete;
    ~Claim();

    std::shared_ptr<stations::StationEntry> entry;
    stations::Writer writer;
    net::Place place;
};

struct ClaimOptions {
    bool dynamic_stations = true;
    stations::StationSettings dynamic_settings;  ///< of a station that is not in the config
};

/// Used by all workers.
class SourceClaims {
  public:
    /// `workers[i]` runs `sets[i]`. `limit`: of live sources. Rings are made resident on
    /// `blocking`.
    struct Parts {
        std::vector<net::Worker*> workers;
        std::vector<SourceSet*> sets;
        stations::StationRegistry& registry;
        net::Quota& limit;
        boost::asio::thread_pool& blocking;
        const runtime::Logger& logger;
    };
    SourceClaims(Parts parts, ClaimOptions options);

    /// How file inputs are displaced; set once, before connections are accepted.
    void set_pause_input(PauseInput pause) { pause_input_ = std::move(pause); }

    /// A number for a new writer.
    [[nodiscard]] std::uint64_t next_id() {
        return last_id_.fetch_add(1, std::memory_order_relaxed) + 1;
    }

    /// Claims `mount` for an authenticated source that calls its content `content_type`.
    boost::asio::awaitable<std::optional<Refusal>> claim(const std::string& mount,
                                                         const std::string& user,
                                                         const std::string& content_type,
                                                         Claim& claim);

    /// Starts the station's writing half on the thread that will write, and shows the source.
    boost::asio::awaitable<std::optional<Refusal>> begin(const Claim& claim,
                                                         const http::SourceProperties& properties,
                                                         const std::string& address);

    /// The sources of a claim's worker.
    [[nodiscard]] SourceSet& set_of(const Claim& claim) {
        return *parts_.sets[claim.writer.worker];
    }
    [[nodiscard]] net::Worker& worker_of(const Claim& claim) {
        return *parts_.workers[claim.writer.worker];
    }

  private:
    [[nodiscard]] std::optional<Refusal> find_or_add(const std::string& mount, Claim& claim);
    [[nodiscard]] std::optional<Refusal> take_place(Claim& claim);
    boost::asio::awaitable<std::optional<Refusal>> displace(stations::StationEntry& entry,
                                                            const stations::Writer& holder,
                                                            const std::string& user);
    [[nodiscard]] std::size_t least_loaded() const;

    const Parts parts_;
    const ClaimOptions options_;
    PauseInput pause_input_;
    std::atomic<std::uint64_t> last_id_{0};
};

}  // namespace ringcast::server::ingest

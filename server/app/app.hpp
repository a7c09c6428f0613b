// SPDX-License-Identifier: Apache-2.0
// The composition root: builds the parts of the server in order from a config and stops them in
// reverse.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <thread>
#include <vector>

#include "config/config.hpp"
#include "core/block_pool.hpp"
#include "core/identity_store.hpp"
#include "core/listener_table.hpp"
#include "server/admin/stats_snapshot.hpp"
#include "server/app/gate.hpp"
#include "server/app/router.hpp"
#include "server/http/connection.hpp"
#include "server/ingest/file_input.hpp"
#include "server/ingest/source_request.hpp"
#include "server/ingest/source_set.hpp"
#include "server/listen/fanout.hpp"
#include "server/listen/listener_request.hpp"
#include "server/net/acceptor.hpp"
#include "server/net/quota.hpp"
#include "server/runtime/log_writer.hpp"
#include "server/runtime/logging.hpp"
#include "server/runtime/password.hpp"
#include "server/runtime/submitter.hpp"
#include "server/stations/station_registry.hpp"

namespace ringcast::server::app {

class App {
  public:
    /// Reserves everything that the config asks for and binds its ports. Errors: what could not be
    /// had, with the config's key where there is one; nothing runs then.
    [[nodiscard]] static core::Result<std::unique_ptr<App>> create(const config::Config& config);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    /// Serves until SIGTERM or SIGINT, then stops cleanly. Returns the exit code.
    int run();

  private:
    App(const config::Config& config, std::unique_ptr<core::BlockPool> pool,
        std::uint64_t descriptors);

    [[nodiscard]] core::Result<void> open_ports();
    [[nodiscard]] core::Result<void> open_port(const std::string& key, std::uint16_t port,
                                               const config::Listen& listen);
    void make_doors();
    void start();
    void start_inputs();
    void announce() const;
    void on_accept(net::Worker& worker, const http::Port& port, net::Acceptor::Socket socket);
    boost::asio::awaitable<void> pause_input(stations::Writer writer);
    void wait_for_signal();
    void housekeeping();
    void stop();
    void drain(std::chrono::steady_clock::time_point deadline);
    void end_loops();
    [[nodiscard]] admin::StatsSnapshot snapshot() const;
    [[nodiscard]] admin::StationStats station_stats(const stations::StationEntry& entry) const;
    [[nodiscard]] std::uint64_t total(runtime::Counter counter) const;

    const config::Config config_;
    const std::uint64_t descriptors_;
    const std::int64_t started_s_;
    runtime::LogWriter log_writer_;
    runtime::Submitter submitter_;
    runtime::Logger logger_;
    std::unique_ptr<core::BlockPool> pool_;
    core::ListenerTable table_;
    core::IdentityStore identities_;
    stations::StationRegistry registry_;
    net::Quota listener_limit_;
    net::Quota source_limit_;

    // From here on in the order of destruction, last first: what runs on the workers' contexts goes
    // before them, and the contexts before what their unfinished coroutines point at.
    std::deque<net::Worker> workers_;
    std::vector<net::Worker*> worker_list_;
    std::deque<listen::Fanout> fanouts_;
    std::deque<ingest::SourceSet> sets_;
    std::deque<http::Port> ports_;
    std::deque<net::Acceptor> acceptors_;
    std::vector<net::Worker*> acceptor_workers_;
    std::vector<std::unique_ptr<ingest::FileInput>> inputs_;
    runtime::PasswordVerifier verifier_;
    boost::asio::thread_pool blocking_{2};
    Gate gate_;
    std::unique_ptr<ingest::SourceClaims> source_claims_;
    std::unique_ptr<ingest::SourceDoor> source_door_;
    std::unique_ptr<listen::ListenerDoor> listener_door_;
    std::unique_ptr<Router> router_;
    std::unique_ptr<http::ConnectionContext> connections_;
    boost::asio::io_context main_{1};
    boost::asio::signal_set signals_;
    boost::asio::steady_timer housekeeping_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace ringcast::server::app

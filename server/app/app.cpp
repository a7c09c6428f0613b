// SPDX-License-Identifier: Apache-2.0
#include "server/app/app.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <csignal>
#include <exception>
#include <utility>

#include "config/text_rules.hpp"
#include "server/app/fit.hpp"
#include "server/app/settings.hpp"
#include "server/net/listening_socket.hpp"
#include "server/runtime/descriptor_limit.hpp"
#include "server/runtime/system_clock.hpp"

namespace ringcast::server::app {

namespace asio = boost::asio;

namespace {

/// Requests that one worker reads and answers at a time; more wait in the kernel's queue.
constexpr std::uint32_t kHeadsPerWorkerMax = 2048;
/// A dynamic station without source and listeners gives its ring back after this.
constexpr std::int64_t kDynamicIdleMs = 30'000;
constexpr auto kHousekeepingInterval = std::chrono::seconds(1);
/// How long a stop waits for the access log to take the last lines, and then for what the loops
/// still have to tell each other.
constexpr auto kDrainTime = std::chrono::milliseconds(1000);
constexpr auto kDrainStep = std::chrono::milliseconds(5);
constexpr auto kSettleTime = std::chrono::milliseconds(300);

/// Completion of a coroutine that lets no exception escape: what comes here is a bug or an empty
/// heap. It costs that connection or input only, and must be seen.
auto report_to(const runtime::Logger& logger, const char* what) {
    return [&logger, what](const std::exception_ptr& exception) {
        try {
            if (exception) {
                std::rethrow_exception(exception);
            }
        } catch (const std::exception& error) {
            logger.error("{} ended by an exception: {}", what, error.what());
        }
    };
}

}  // namespace

core::Result<std::unique_ptr<App>> App::create(const config::Config& config) {
    const core::Result<std::uint64_t> descriptors = runtime::raise_descriptor_limit();
    if (!descriptors) {
        return descriptors.error();
    }
    auto pool = core::BlockPool::create(pool_capacity(config, *descriptors));
    if (!pool) {
        return pool.error();
    }
    std::unique_ptr<App> app(new App(config, std::move(*pool), *descriptors));
    core::Result<void> ready = add_stations(app->config_, app->registry_);
    if (ready) {
        ready = app->open_ports();
    }
    if (!ready) {
        return ready.error();
    }
    return app;
}

App::App(const config::Config& config, std::unique_ptr<core::BlockPool> pool,
         std::uint64_t descriptors)
    : config_(config),
      descriptors_(descriptors),
      started_s_(runtime::wall_seconds()),
      log_writer_(log_options(config.log)),
      submitter_(log_writer_, {}),
      logger_(submitter_, log_level(config.log.level)),
      pool_(std::move(pool)),
      table_(*pool_),
      identities_(*pool_),
      registry_(*pool_),
      listener_limit_(config_.limits.listeners),
      source_limit_(source_limit(config_, pool_->capacity())),
      verifier_({}),
      gate_({config_.station_defaults.user, config_.station_defaults.password}, config_.auth.admin,
            verifier_),
      signals_(main_, SIGINT, SIGTERM, SIGHUP),
      housekeeping_(main_) {
    const listen::FanoutOptions fanout = fanout_options(config_);
    for (std::uint32_t i = 0; i < worker_count(config_); ++i) {
        net::Worker& worker = workers_.emplace_back(i);
        worker_list_.push_back(&worker);
        fanouts_.emplace_back(
            worker, listen::FanoutContext{table_, identities_, registry_, submitter_, logger_,
                                          listener_limit_, fanout});
        sets_.emplace_back(worker,
                           ingest::SourceContext{
                               *pool_, identities_, submitter_, logger_,
                               static_cast<std::uint32_t>(config_.limits.source_timeout.count())});
    }
}

App::~App() {
    try {
        end_loops();
    } catch (const std::exception& error) {
        logger_.error("while stopping: {}", error.what());
    }
}

core::Result<void> App::open_ports() {
    for (std::size_t i = 0; i < config_.listen.size(); ++i) {
        const config::Listen& listen = config_.listen[i];
        const std::string key = "listen[" + std::to_string(i) + "]";
        core::Result<void> opened = open_port(key + ".port", listen.port, listen);
        if (opened && !listen.shoutcast_mount.empty()) {
            if (ports_.back().number == 65'535) {
                return core::Error{core::Errc::System, key + ".shoutcast_mount: no next port"};
            }
            const auto next = static_cast<std::uint16_t>(ports_.back().number + 1);
            opened = open_port(key + ".shoutcast_mount", next, listen);
        }
        if (!opened) {
            return opened;
        }
    }
    return {};
}

core::Result<void> App::open_port(const std::string& key, std::uint16_t port,
                                  const config::Listen& listen) {
    auto opened =
        net::open_listening_port(listen.address, port, static_cast<std::uint32_t>(workers_.size()));
    if (!opened) {
        return core::Error{opened.error().code, key + ": " + listen.address + " port " +
                                                    std::to_string(port) + ": " +
                                                    opened.error().message};
    }
    ports_.push_back({.number = opened->port, .shoutcast_mount = listen.shoutcast_mount});
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        acceptors_.emplace_back(workers_[i], opened->descriptors[i], logger_);
        acceptor_workers_.push_back(&workers_[i]);
    }
    return {};
}

void App::make_doors() {
    std::vector<listen::Fanout*> fanouts;
    std::vector<ingest::SourceSet*> sets;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        fanouts.push_back(&fanouts_[i]);
        sets.push_back(&sets_[i]);
    }
    const std::string newcomer = config_.station_defaults.user;
    source_claims_ = std::make_unique<ingest::SourceClaims>(
        ingest::SourceClaims::Parts{worker_list_, sets, registry_, source_limit_, blocking_,
                                    logger_},
        ingest::ClaimOptions{.dynamic_stations = config_.dynamic_stations,
                             .dynamic_settings = station_settings(config_.station_defaults)});
    source_claims_->set_pause_input(
        [this](const stations::Writer& writer) { return pause_input(writer); });
    source_door_ = std::make_unique<ingest::SourceDoor>(
        *source_claims_, registry_, gate_, logger_,
        ingest::SourceDoorOptions{.default_user = newcomer, .mount_fault = config::mount_fault});
    listener_door_ = std::make_unique<listen::ListenerDoor>(worker_list_, fanouts,
                                                            config_.server.id, listener_limit_);
    router_ =
        std::make_unique<Router>(Router::Parts{worker_list_, registry_, gate_, *source_door_,
                                               *listener_door_, [this] { return snapshot(); }},
                                 RouterOptions{.server_name = config_.server.name,
                                               .hostname = config_.server.hostname,
                                               .public_port = ports_.front().number,
                                               .default_user = newcomer});
    connections_ = std::make_unique<http::ConnectionContext>(http::ConnectionContext{
        .handler = *router_,
        .submitter = submitter_,
        .logger = logger_,
        .server_id = config_.server.id,
        .head_limits = {.bytes_max = config_.limits.header_size.count, .headers_max = 128},
        .header_timeout = config_.limits.header_timeout});
}

void App::on_accept(net::Worker& worker, const http::Port& port, net::Acceptor::Socket socket) {
    auto connection =
        std::make_shared<http::Connection>(worker, std::move(socket), port, *connections_);
    asio::co_spawn(
        worker.context, [connection]() -> asio::awaitable<void> { co_await connection->run(); },
        report_to(logger_, "a connection was"));
}

asio::awaitable<void> App::pause_input(stations::Writer writer) {
    for (const auto& input : inputs_) {
        if (input->writer_id() == writer.id) {
            co_await net::run_on(workers_[writer.worker], [&input] {
                input->yield_station();
                return true;
            });
        }
    }
}

void App::start_inputs() {
    std::size_t next_worker = 0;
    for (const auto& entry : registry_.all()) {
        if (entry->settings().input.empty()) {
            continue;
        }
        net::Worker& worker = workers_[next_worker++ % workers_.size()];
        inputs_.push_back(std::make_unique<ingest::FileInput>(worker, blocking_, logger_, entry,
                                                              source_claims_->next_id()));
        asio::co_spawn(
            worker.context,
            [input = inputs_.back().get()]() -> asio::awaitable<void> { co_await input->run(); },
            report_to(logger_, "an input was"));
    }
}

void App::start() {
    make_doors();
    start_inputs();
    const std::size_t per_port = workers_.size();
    for (std::size_t i = 0; i < acceptors_.size(); ++i) {
        net::Worker& worker = *acceptor_workers_[i];
        const http::Port& port = ports_[i / per_port];
        acceptors_[i].start([&worker] { return worker.heads < kHeadsPerWorkerMax; },
                            [this, &worker, &port](net::Acceptor::Socket socket) {
                                on_accept(worker, port, std::move(socket));
                            });
    }
    for (net::Worker& worker : workers_) {
        threads_.emplace_back([&worker] {
            const auto work = asio::make_work_guard(worker.context);
            worker.context.run();
        });
    }
}

void App::announce() const {
    for (const http::Port& port : ports_) {
        logger_.info("listening on port {}{}{}", port.number,
                     port.shoutcast_mount.empty() ? "" : ", SHOUTcast sources for ",
                     port.shoutcast_mount);
    }
    logger_.info(
        "{}: {} stations, {} workers, room for {} connections and {} listeners, {} MiB of rings",
        config_.server.id, config_.stations.size(), workers_.size(), descriptors_,
        config_.limits.listeners == 0 ? descriptors_ : config_.limits.listeners,
        std::uint64_t{pool_->capacity().extents} * pool_->capacity().extent_bytes >> 20U);
}

int App::run() {
    start();
    announce();
    wait_for_signal();
    housekeeping();
    main_.run();
    return 0;
}

void App::wait_for_signal() {
    signals_.async_wait([this](const boost::system::error_code& error, int signal) {
        if (error) {
            return;
        }
        if (signal == SIGHUP) {
            submitter_.request_reopen();
            wait_for_signal();
            return;
        }
        logger_.info("stopping");
        stop();
    });
}

void App::housekeeping() {
    housekeeping_.expires_after(kHousekeepingInterval);
    housekeeping_.async_wait([this](const boost::system::error_code& error) {
        if (error || stopping_) {
            return;
        }
        for (const auto& entry :
             registry_.remove_idle(runtime::steady_milliseconds(), kDynamicIdleMs)) {
            logger_.info("{}: station removed, its ring goes back to the pool", entry->mount());
        }
        housekeeping();
    });
}

/// Stops accepting and ends listeners and sources.
void App::stop() {
    stopping_ = true;
    housekeeping_.cancel();
    for (std::size_t i = 0; i < acceptors_.size(); ++i) {
        asio::post(acceptor_workers_[i]->context,
                   [acceptor = &acceptors_[i]] { acceptor->stop(); });
    }
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        asio::post(workers_[i].context, [this, i] {
            workers_[i].stopping = true;
            sets_[i].stop();
            fanouts_[i].stop();
        });
    }
    drain(std::chrono::steady_clock::now() + kDrainTime);
}

/// Lets the access log take the listeners' lines, then ends everything.
void App::drain(std::chrono::steady_clock::time_point deadline) {
    const bool drained = std::all_of(fanouts_.begin(), fanouts_.end(),
                                     [](const listen::Fanout& fanout) { return fanout.drained(); });
    if (drained || std::chrono::steady_clock::now() >= deadline) {
        end_loops();
        return;
    }
    housekeeping_.expires_after(kDrainStep);
    housekeeping_.async_wait(
        [this, deadline](const boost::system::error_code&) { drain(deadline); });
}

/// Stops the threads. What the loops still had to tell each other is told on this thread, so that
/// no loop is destroyed while another's queue holds its coroutines.
void App::end_loops() {
    for (net::Worker& worker : workers_) {
        worker.context.stop();
    }
    for (std::thread& thread : threads_) {
        thread.join();
    }
    blocking_.stop();
    blocking_.join();
    const auto deadline = std::chrono::steady_clock::now() + kSettleTime;
    bool more = !threads_.empty();
    while (more && std::chrono::steady_clock::now() < deadline) {
        more = false;
        for (net::Worker& worker : workers_) {
            worker.context.restart();
            more = worker.context.poll_one() > 0 || more;
        }
    }
    threads_.clear();
    // They had no turn on a worker that was held up all the time.
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        sets_[i].stop();
        fanouts_[i].stop();
    }
    submitter_.stop();
}

}  // namespace ringcast::server::app

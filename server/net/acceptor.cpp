// SPDX-License-Identifier: Apache-2.0
#include "server/net/acceptor.hpp"

#include <utility>

namespace ringcast::server::net {

namespace {

/// Connections taken before other work gets its turn.
constexpr int kBatchMax = 8;
constexpr auto kPause = std::chrono::milliseconds(20);

bool is_shortage(const boost::system::error_code& error) {
    namespace errc = boost::system::errc;
    return error == errc::too_many_files_open || error == errc::too_many_files_open_in_system ||
           error == errc::no_buffer_space || error == errc::not_enough_memory;
}

}  // namespace

Acceptor::Acceptor(Worker& worker, int descriptor, const runtime::Logger& logger)
    : worker_(worker), logger_(logger), acceptor_(worker.context), retry_(worker.context) {
    acceptor_.assign(boost::asio::ip::tcp::v6(), descriptor);
    acceptor_.non_blocking(true);
}

void Acceptor::start(HasRoom has_room, OnAccept on_accept) {
    has_room_ = std::move(has_room);
    on_accept_ = std::move(on_accept);
    wait();
}

void Acceptor::stop() {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
}

void Acceptor::wait() {
    acceptor_.async_wait(boost::asio::ip::tcp::acceptor::wait_read,
                         [this](const boost::system::error_code& error) {
                             if (!error) {
                                 take_batch();
                             } else if (acceptor_.is_open()) {
                                 pause("waiting failed");
                             }
                         });
}

void Acceptor::take_batch() {
    for (int i = 0; i < kBatchMax && acceptor_.is_open(); ++i) {
        if (!has_room_()) {
            pause("no room for another request head");
            return;
        }
        boost::system::error_code error;
        Socket socket(worker_.context);
        acceptor_.accept(socket, error);
        if (!error) {
            worker_.counters.add(runtime::Counter::ConnectionsAccepted);
            worker_.counters.add(runtime::Counter::ConnectionsOpen);
            on_accept_(std::move(socket));
            continue;
        }
        if (error == boost::asio::error::would_block) {
            break;
        }
        worker_.counters.add(runtime::Counter::AcceptErrors);
        if (is_shortage(error)) {
            pause("out of descriptors or memory");
            return;
        }
        // Anything else concerns one connection that is gone already.
    }
    if (acceptor_.is_open()) {
        wait();
    }
}

void Acceptor::pause(const char* why) {
    worker_.counters.add(runtime::Counter::AcceptPauses);
    logger_.limited(complaint_, runtime::LogLevel::Warning, "accepting waits: {}", why);
    retry_.expires_after(kPause);
    retry_.async_wait([this](const boost::system::error_code& error) {
        if (!error && acceptor_.is_open()) {
            take_batch();
        }
    });
}

}  // namespace ringcast::server::net

// SPDX-License-Identifier: Apache-2.0
// One thread's share of the server: an event loop and the counters that only this thread writes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <utility>

#include "server/net/close_reason.hpp"
#include "server/runtime/counters.hpp"
#include "server/runtime/off_the_loop.hpp"

namespace ringcast::server::net {

struct Worker {
    explicit Worker(std::uint32_t worker_number) : number(worker_number) {}

    const std::uint32_t number;
    runtime::Counters counters;
    CloseCounters closed;   ///< connections, by why they ended
    CloseCounters refused;  ///< requests, by why they were turned away
    bool stopping = false;  ///< no further request is read; its own thread
    std::uint32_t heads =
        0;  ///< connections whose request is being read or answered; its own thread
    // Last, so destroyed first: what connections leave behind in it still counts.
    boost::asio::io_context context{1};
};

/// Runs `work()` on `worker`'s thread and resumes the caller, on its own executor, with the result.
template <class Work>
auto run_on(Worker& worker, Work work) -> boost::asio::awaitable<decltype(work())> {
    co_return co_await boost::asio::co_spawn(
        worker.context,
        [work = std::move(work)]() mutable -> boost::asio::awaitable<decltype(work())> {
            co_return work();
        },
        runtime::to_the_end());
}

}  // namespace ringcast::server::net

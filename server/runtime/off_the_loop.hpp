// SPDX-License-Identifier: Apache-2.0
// Work that may block, asked for by a coroutine and done on a thread that no loop needs.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace ringcast::server::runtime {

/// For a co_spawn onto a loop or thread that is not the caller's: a cancellation of the caller is
/// not passed on. Asio would run it over there, on a signal that the caller frees as it resumes.
inline auto to_the_end() {
    return boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot(),
                                               boost::asio::use_awaitable);
}

/// Runs `work()` on `pool` and resumes on the caller's executor with its result. `work` is named by
/// the caller: GCC 12 destroys a temporary lambda in a co_await expression twice.
template <class Work>
auto off_the_loop(boost::asio::thread_pool& pool, Work& work)
    -> boost::asio::awaitable<decltype(work())> {
    co_return co_await boost::asio::co_spawn(
        pool, [&work]() -> boost::asio::awaitable<decltype(work())> { co_return work(); },
        to_the_end());
}

}  // namespace ringcast::server::runtime

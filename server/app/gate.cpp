// SPDX-License-Identifier: Apache-2.0
#include "server/app/gate.hpp"

#include <utility>

namespace ringcast::server::app {

using ingest::Access;

Gate::Gate(config::Credentials newcomers, config::Credentials admin,
           runtime::PasswordVerifier& verifier)
    : newcomers_(std::move(newcomers)), admin_(std::move(admin)), verifier_(verifier) {
}

boost::asio::awaitable<Access> Gate::matches(const http::Credentials& given,
                                             const std::string& user, const std::string& password) {
    if (given.user != user || password.empty()) {
        co_return Access::Denied;
    }
    if (!runtime::is_hash(password)) {
        co_return runtime::plain_equal(given.password, password) ? Access::Granted : Access::Denied;
    }
    // Not within the switch: there, GCC 12 destroys the arguments also where they never were.
    const runtime::Verdict verdict = co_await verifier_.verify(given.password, password);
    switch (verdict) {
        case runtime::Verdict::Match:
            co_return Access::Granted;
        case runtime::Verdict::Mismatch:
            co_return Access::Denied;
        case runtime::Verdict::Busy:
            break;
    }
    co_return Access::Busy;
}

boost::asio::awaitable<Access> Gate::may_write(const stations::StationEntry* entry,
                                               const http::Credentials& credentials) {
    const std::string user = entry != nullptr ? entry->settings().user : newcomers_.user;
    const std::string password =
        entry != nullptr ? entry->settings().password : newcomers_.password;
    const Access own = co_await matches(credentials, user, password);
    if (own != Access::Denied) {
        co_return own;
    }
    co_return co_await is_admin(credentials);
}

boost::asio::awaitable<Access> Gate::is_admin(const http::Credentials& credentials) {
    co_return co_await matches(credentials, admin_.user, admin_.password);
}

}  // namespace ringcast::server::app

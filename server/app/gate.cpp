// SPDX-License-Identifier: Apache-2.0
#include "server/app/gate.hpp"

namespace ringcast::server::app {

Gate::Gate(const config::Auth& auth, runtime::PasswordVerifier& verifier)
    : auth_(auth), verifier_(verifier) {
}

boost::asio::awaitable<bool> Gate::matches(const http::Credentials& given, const std::string& user,
                                           const std::string& password) {
    if (given.user != user || password.empty()) {
        co_return false;
    }
    if (!runtime::is_hash(password)) {
        co_return runtime::plain_equal(given.password, password);
    }
    co_return co_await verifier_.verify(given.password, password) == runtime::Verdict::Match;
}

boost::asio::awaitable<bool> Gate::may_write(const stations::StationEntry* entry,
                                             const http::Credentials& credentials) {
    const std::string user = entry != nullptr ? entry->settings().user : auth_.source.user;
    const std::string password =
        entry != nullptr ? entry->settings().password : auth_.source.password;
    const bool own = co_await matches(credentials, user, password);
    co_return own || co_await is_admin(credentials);
}

boost::asio::awaitable<bool> Gate::is_admin(const http::Credentials& credentials) {
    co_return co_await matches(credentials, auth_.admin.user, auth_.admin.password);
}

}  // namespace ringcast::server::app

// SPDX-License-Identifier: Apache-2.0
// Who may do what: the config's passwords, plain or crypt(3) hashes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "config/config.hpp"
#include "server/ingest/source_request.hpp"
#include "server/runtime/password.hpp"

namespace ringcast::server::app {

class Gate final : public ingest::SourceGate {
  public:
    /// `newcomers`: of mounts that have no station yet.
    Gate(config::Credentials newcomers, config::Credentials admin,
         runtime::PasswordVerifier& verifier);

    /// The station's own credentials, the newcomers' for a mount without a station, or the admin's.
    boost::asio::awaitable<ingest::Access> may_write(const stations::StationEntry* entry,
                                                     const http::Credentials& credentials) override;
    boost::asio::awaitable<ingest::Access> is_admin(const http::Credentials& credentials);

  private:
    boost::asio::awaitable<ingest::Access> matches(const http::Credentials& given,
                                                   const std::string& user,
                                                   const std::string& password);

    const config::Credentials newcomers_;
    const config::Credentials admin_;
    runtime::PasswordVerifier& verifier_;
};

}  // namespace ringcast::server::app

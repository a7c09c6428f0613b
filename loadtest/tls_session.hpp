// SPDX-License-Identifier: Apache-2.0
// TLS on a listener's connection (OpenSSL), with the manners of recv and send. Whom the server's
// certificate names is not looked at: servers under test sign their own.
#pragma once

#include <openssl/types.h>
#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ringcast::loadtest {

/// What all sessions of a thread share.
class TlsContext {
  public:
    /// Aborts when OpenSSL has no memory for it.
    TlsContext();

  private:
    friend class TlsSession;
    struct Free {
        void operator()(SSL_CTX* context) const;
    };
    std::unique_ptr<SSL_CTX, Free> context_;
};

/// A client's session on a non-blocking socket that is connected or about to be; the handshake goes
/// on in whichever function is called. Not thread-safe. Its functions must be called again with the
/// same bytes after EAGAIN; SIGPIPE must be ignored.
class TlsSession {
  public:
    /// `host`: for SNI; an IP address is not sent. The socket must outlive the session.
    TlsSession(const TlsContext& context, int socket, const std::string& host);

    /// Like send(2): all of `bytes`, or -1 with errno: EAGAIN while the socket is not ready, EPROTO
    /// when TLS failed, else the socket's.
    [[nodiscard]] ssize_t send(std::string_view bytes);

    /// Like recv(2): at most one record; 0 when the peer has closed; -1 with errno as send(). More
    /// may be there until it says EAGAIN.
    [[nodiscard]] ssize_t receive(std::span<std::byte> buffer);

  private:
    [[nodiscard]] ssize_t result(int returned);

    struct Free {
        void operator()(SSL* session) const;
    };
    std::unique_ptr<SSL, Free> session_;
};

}  // namespace ringcast::loadtest

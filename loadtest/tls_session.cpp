// SPDX-License-Identifier: Apache-2.0
#include "loadtest/tls_session.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cerrno>

#include "core/check.hpp"

namespace ringcast::loadtest {

namespace {

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> address{};
    return ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

}  // namespace

void TlsContext::Free::operator()(SSL_CTX* context) const {
    ::SSL_CTX_free(context);
}

TlsContext::TlsContext() : context_(::SSL_CTX_new(::TLS_client_method())) {
    core::check(context_ != nullptr, "OpenSSL has memory for a context");
    // A listener that waits for the next delivery needs no buffers.
    ::SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS);
    ::SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
}

void TlsSession::Free::operator()(SSL* session) const {
    ::SSL_free(session);
}

TlsSession::TlsSession(const TlsContext& context, int socket, const std::string& host)
    : session_(::SSL_new(context.context_.get())) {
    core::check(session_ != nullptr && ::SSL_set_fd(session_.get(), socket) == 1,
                "OpenSSL has memory for a session");
    if (!is_address(host)) {
        (void)::SSL_set_tlsext_host_name(session_.get(), host.c_str());
    }
    ::SSL_set_connect_state(session_.get());
}

ssize_t TlsSession::send(std::string_view bytes) {
    ::ERR_clear_error();
    return result(::SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size())));
}

ssize_t TlsSession::receive(std::span<std::byte> buffer) {
    ::ERR_clear_error();
    return result(::SSL_read(session_.get(), buffer.data(), static_cast<int>(buffer.size())));
}

ssize_t TlsSession::result(int returned) {
    if (returned > 0) {
        return returned;
    }
    const int socket_error = errno;
    switch (::SSL_get_error(session_.get(), returned)) {
        case SSL_ERROR_ZERO_RETURN:
            return 0;
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE:
            errno = EAGAIN;
            return -1;
        case SSL_ERROR_SYSCALL:
            errno = socket_error != 0 ? socket_error : EPROTO;
            return -1;
        default:
            // A server that closes without a goodbye is a server that closes.
            if (ERR_GET_REASON(::ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
                return 0;
            }
            errno = EPROTO;
            return -1;
    }
}

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// A TCP connection that a test drives byte by byte. Blocking, with a deadline on every wait.
#pragma once

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/support/deadline.hpp"

namespace ringcast::tests::support {

/// The peer closed, or did not do in time what the test waits for.
struct WireError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct WireOptions {
    std::string address = "127.0.0.1";  ///< IPv4 or IPv6, numeric
    int receive_buffer = 0;             ///< SO_RCVBUF in bytes before connecting; 0: the system's
};

class WireClient {
  public:
    /// Connects; throws WireError when nobody listens.
    explicit WireClient(std::uint16_t port, const WireOptions& options = {});
    ~WireClient();
    WireClient(WireClient&& other) noexcept;
    WireClient& operator=(WireClient&& other) noexcept;
    WireClient(const WireClient&) = delete;
    WireClient& operator=(const WireClient&) = delete;

    /// Sends all of `bytes`; throws WireError when the peer closed or takes none for kPatience.
    void send(std::string_view bytes);
    /// Up to and including `delimiter`, at most 1 MiB; throws WireError.
    [[nodiscard]] std::string read_until(std::string_view delimiter,
                                         milliseconds patience = kPatience);
    /// A whole head with its blank line.
    [[nodiscard]] std::string read_head() { return read_until("\r\n\r\n"); }
    /// Exactly `count` bytes; throws WireError.
    [[nodiscard]] std::string read_exactly(std::size_t count, milliseconds patience = kPatience);
    /// What comes until nothing came for `quiet` or the peer closed.
    [[nodiscard]] std::string read_until_quiet(milliseconds quiet);
    /// What comes until the peer closes; throws WireError when it does not.
    [[nodiscard]] std::string read_to_end(milliseconds patience = kPatience);
    /// Reads and forgets; true when the peer closed or reset within `patience`.
    [[nodiscard]] bool closed_within(milliseconds patience);

    /// For poll() and recv() by who does not want what comes to be kept.
    [[nodiscard]] int descriptor() const { return fd_; }

    /// Sends FIN; reading goes on.
    void half_close() const;
    /// Closes with RST.
    void reset();
    void close();

  private:
    enum class Got : std::uint8_t { Bytes, End, Nothing };
    [[nodiscard]] Got receive(Clock::time_point deadline);

    int fd_ = -1;
    std::string buffered_;
};

}  // namespace ringcast::tests::support

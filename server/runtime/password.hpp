// SPDX-License-Identifier: Apache-2.0
// Passwords: plain ones of the config compared in constant time, crypt(3) hashes verified on
// threads of their own, as one verification takes 10 to 300 ms by design.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace ringcast::server::runtime {

/// True for a configured password that is a crypt(3) hash: it begins with `$`.
[[nodiscard]] bool is_hash(std::string_view configured);

/// Compares in a time that depends on the length of `given` only. An empty `configured` matches
/// nothing.
[[nodiscard]] bool plain_equal(std::string_view given, std::string_view configured);

/// A new yescrypt hash of `password` (crypt(5), "$y$"), as `ringcast hash-password` prints it.
/// Takes some 10 ms. Errc::System when libcrypt refuses: the password is longer than
/// 511 bytes or holds a NUL.
[[nodiscard]] core::Result<std::string> hash_password(const std::string& password);

enum class Verdict : std::uint8_t {
    Match,
    Mismatch,  ///< also for a malformed hash and a password that crypt(3) cannot take
    Busy,      ///< too many verifications wait: nothing is known
};

/// Verifies hashes off the workers. Remembers recent matches by a keyed digest, never the password,
/// so that encoders that reconnect and panels that poll cost a microsecond.
class PasswordVerifier {
  public:
    struct Options {
        std::size_t threads = 1;
        std::size_t waiting_max = 64;  ///< verifications waiting or running; more are Busy
    };

    explicit PasswordVerifier(Options options);
    /// Lets what runs finish; what waits is dropped. The executors of all callers must still be
    /// there, with nobody running them.
    ~PasswordVerifier();
    PasswordVerifier(const PasswordVerifier&) = delete;
    PasswordVerifier& operator=(const PasswordVerifier&) = delete;

    /// Verifies `password` against the crypt(3) hash `hash`. Any executor; completes on it,
    /// also when cancelled, once the verification is done.
    [[nodiscard]] boost::asio::awaitable<Verdict> verify(std::string password, std::string hash);

    /// How many answers were Busy. Any thread.
    [[nodiscard]] std::uint64_t busy() const noexcept {
        return busy_.load(std::memory_order_relaxed);
    }
    /// How many hashes were computed. Any thread.
    [[nodiscard]] std::uint64_t computed() const noexcept {
        return computed_.load(std::memory_order_relaxed);
    }

  private:
    /// A place in the queue, given back when its holder goes, however that comes about.
    struct Leave {
        void operator()(std::atomic<std::size_t>* waiting) const noexcept { --*waiting; }
    };
    using Place = std::unique_ptr<std::atomic<std::size_t>, Leave>;
    using Digest = std::array<std::uint8_t, 32>;
    static constexpr std::size_t kRemembered = 256;

    [[nodiscard]] std::optional<Digest> digest(std::string_view password,
                                               std::string_view hash) const;
    [[nodiscard]] bool remembers(const Digest& digest);
    void remember(const Digest& digest);
    [[nodiscard]] boost::asio::awaitable<Verdict> compute(Place place, std::string password,
                                                          std::string hash);

    const std::size_t waiting_max_;
    Digest key_{};  // random, of this process
    std::atomic<std::size_t> waiting_{0};
    std::atomic<std::uint64_t> busy_{0};
    std::atomic<std::uint64_t> computed_{0};

    std::mutex remembered_mutex_;  // guards the two members below; held for a scan of 8 KiB
    std::array<Digest, kRemembered> remembered_{};
    std::size_t remembered_count_ = 0;  // ever remembered; the oldest is overwritten

    boost::asio::thread_pool threads_;  // last: its threads use all of the above
};

}  // namespace ringcast::server::runtime

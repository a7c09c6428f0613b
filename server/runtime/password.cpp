// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/password.hpp"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "core/check.hpp"
#include "server/runtime/off_the_loop.hpp"

namespace ringcast::server::runtime {
namespace {

/// True for what crypt(3) reads to its end: C strings up to its limit.
bool fits_crypt(std::string_view password) {
    return password.size() < CRYPT_MAX_PASSPHRASE_SIZE &&
           password.find('\0') == std::string_view::npos;
}

core::Error system_error() {
    return {core::Errc::System, std::error_code(errno, std::system_category()).message()};
}

/// crypt(3) of `password` with the method, cost and salt of `setting`; empty when it refuses.
std::string crypt_with(const std::string& password, const std::string& setting) {
    const auto scratch = std::make_unique<crypt_data>();  // 32 KiB
    const char* const hash =
        ::crypt_rn(password.c_str(), setting.c_str(), scratch.get(), sizeof(crypt_data));
    std::string result = hash != nullptr ? hash : "";
    ::OPENSSL_cleanse(scratch.get(), sizeof(crypt_data));
    return result;
}

bool matches(const std::string& password, const std::string& hash) {
    if (!fits_crypt(password)) {
        return false;
    }
    const std::string computed = crypt_with(password, hash);
    return !computed.empty() && computed.size() == hash.size() &&
           ::CRYPTO_memcmp(computed.data(), hash.data(), hash.size()) == 0;
}

}  // namespace

bool is_hash(std::string_view configured) {
    return configured.starts_with('$');
}

bool plain_equal(std::string_view given, std::string_view configured) {
    if (configured.empty()) {
        return false;
    }
    unsigned difference = given.size() == configured.size() ? 0 : 1;
    for (std::size_t i = 0; i < given.size(); ++i) {
        difference |= static_cast<unsigned char>(given[i]) ^
                      static_cast<unsigned char>(configured[i % configured.size()]);
    }
    return difference == 0;
}

core::Result<std::string> hash_password(const std::string& password) {
    if (!fits_crypt(password)) {
        return core::Error{core::Errc::System,
                           "a password is at most 511 bytes long and holds no NUL"};
    }
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    if (::crypt_gensalt_rn("$y$", 0, nullptr, 0, setting.data(),
                           static_cast<int>(setting.size())) == nullptr) {
        return system_error();
    }
    std::string hash = crypt_with(password, setting.data());
    if (hash.empty()) {
        return system_error();
    }
    return hash;
}

PasswordVerifier::PasswordVerifier(Options options)
    : waiting_max_(options.waiting_max), threads_(options.threads) {
    core::check(::RAND_bytes(key_.data(), static_cast<int>(key_.size())) == 1,
                "the system has random numbers");
}

PasswordVerifier::~PasswordVerifier() {
    threads_.stop();
    threads_.join();
}

boost::asio::awaitable<Verdict> PasswordVerifier::verify(std::string password, std::string hash) {
    const std::optional<Digest> known = digest(password, hash);
    if (known && remembers(*known)) {
        co_return Verdict::Match;
    }
    const bool full = ++waiting_ > waiting_max_;
    Place place(&waiting_);
    if (full) {
        busy_.fetch_add(1, std::memory_order_relaxed);
        co_return Verdict::Busy;
    }
    const Verdict verdict = co_await boost::asio::co_spawn(
        threads_, compute(std::move(place), std::move(password), std::move(hash)), to_the_end());
    if (verdict == Verdict::Match && known) {
        remember(*known);
    }
    co_return verdict;
}

/// Runs on a thread of `threads_`.
boost::asio::awaitable<Verdict> PasswordVerifier::compute(Place /*place*/, std::string password,
                                                          std::string hash) {
    computed_.fetch_add(1, std::memory_order_relaxed);
    const bool match = matches(password, hash);
    ::OPENSSL_cleanse(password.data(), password.size());
    co_return match ? Verdict::Match : Verdict::Mismatch;
}

/// HMAC-SHA256 of both texts under the key of this process. The NUL keeps them apart: no hash holds
/// one.
std::optional<PasswordVerifier::Digest> PasswordVerifier::digest(std::string_view password,
                                                                 std::string_view hash) const {
    std::string message(hash);
    message += '\0';
    message += password;
    Digest result{};
    unsigned length = 0;
    const bool done = ::HMAC(::EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
                             reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                             result.data(), &length) != nullptr;
    ::OPENSSL_cleanse(message.data(), message.size());
    if (!done || length != result.size()) {
        return std::nullopt;
    }
    return result;
}

bool PasswordVerifier::remembers(const Digest& digest) {
    const std::scoped_lock lock(remembered_mutex_);
    const auto end =
        remembered_.begin() + static_cast<std::ptrdiff_t>(std::min(remembered_count_, kRemembered));
    return std::find(remembered_.begin(), end, digest) != end;
}

void PasswordVerifier::remember(const Digest& digest) {
    const std::scoped_lock lock(remembered_mutex_);
    remembered_[remembered_count_++ % kRemembered] = digest;
}

}  // namespace ringcast::server::runtime

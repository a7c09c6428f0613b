// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/password.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <exception>
#include <thread>
#include <vector>

namespace ringcast::server::runtime {
namespace {

namespace asio = boost::asio;

// "hackme" by cheap methods: SHA-512 with the fewest rounds, MD5.
constexpr const char* kSha512 =
    "$6$rounds=1000$ringcast$"
    "9UiD8I2uPcHbzRg7PcVXbwChHR0j6YTzzcUNfksZRbrgDB4xjba4xEwr1EAAEXtKlkrRW5Nfu/nCmajGFEfNw/";
constexpr const char* kMd5 = "$1$ringcast$heHKUXge7bWGH1K70jPrW0";

/// Verifies each pair at once on one loop, and returns the verdicts in order.
struct Question {
    std::string password;
    std::string hash;
};

std::vector<Verdict> verify_all(PasswordVerifier& verifier, const std::vector<Question>& all) {
    asio::io_context loop;
    std::vector<Verdict> verdicts(all.size(), Verdict::Busy);
    for (std::size_t i = 0; i < all.size(); ++i) {
        asio::co_spawn(loop, verifier.verify(all[i].password, all[i].hash),
                       [&verdicts, i, &loop](const std::exception_ptr& error, Verdict verdict) {
                           EXPECT_EQ(error, nullptr);
                           EXPECT_TRUE(loop.get_executor().running_in_this_thread());
                           verdicts[i] = verdict;
                       });
    }
    loop.run();
    return verdicts;
}

Verdict verify(PasswordVerifier& verifier, const std::string& password, const std::string& hash) {
    return verify_all(verifier, {{password, hash}}).front();
}

TEST(Password, HashesBeginWithADollar) {
    EXPECT_TRUE(is_hash("$y$j9T$x"));
    EXPECT_FALSE(is_hash("hackme"));
    EXPECT_FALSE(is_hash("hack$me"));
    EXPECT_FALSE(is_hash(""));
}

TEST(Password, PlainOnesMatchOnlyWhenEqual) {
    EXPECT_TRUE(plain_equal("hackme", "hackme"));
    for (const std::string_view given : {"", "h", "hackm", "hackmE", "hackme1", "hackmehackme"}) {
        EXPECT_FALSE(plain_equal(given, "hackme")) << given;
    }
    EXPECT_FALSE(plain_equal("", "")) << "no password is no access";
    EXPECT_FALSE(plain_equal("x", ""));
}

TEST(Password, NewHashIsYescryptSaltedAndVerifies) {
    const auto hash = hash_password("correct horse");
    ASSERT_TRUE(hash.has_value());
    EXPECT_TRUE(hash->starts_with("$y$"));
    EXPECT_NE(*hash, hash_password("correct horse").value());
    PasswordVerifier verifier({});
    EXPECT_EQ(verify(verifier, "correct horse", *hash), Verdict::Match);
    EXPECT_EQ(verify(verifier, "wrong horse", *hash), Verdict::Mismatch);
}

TEST(Password, OneThatCryptCannotTakeIsNotHashed) {
    EXPECT_TRUE(hash_password(std::string(511, 'x')).has_value());
    EXPECT_FALSE(hash_password(std::string(512, 'x')).has_value());
    EXPECT_FALSE(hash_password(std::string("a\0b", 3)).has_value());
}

TEST(PasswordVerifier, KnowsTheCommonMethods) {
    PasswordVerifier verifier({});
    EXPECT_EQ(verify(verifier, "hackme", kSha512), Verdict::Match);
    EXPECT_EQ(verify(verifier, "hackme", kMd5), Verdict::Match);
    EXPECT_EQ(verify(verifier, "Hackme", kSha512), Verdict::Mismatch);
}

TEST(PasswordVerifier, MalformedHashesAndPasswordsMatchNothing) {
    PasswordVerifier verifier({});
    for (const char* hash : {"$", "$y$", "$y$j9T$", "$6$", "$unknown$x$y", "*0", "*1", ""}) {
        EXPECT_EQ(verify(verifier, "hackme", hash), Verdict::Mismatch) << hash;
        EXPECT_EQ(verify(verifier, "*0", hash), Verdict::Mismatch) << hash;
    }
    EXPECT_EQ(verify(verifier, std::string("hackme\0x", 8), kMd5), Verdict::Mismatch);
    EXPECT_EQ(verify(verifier, std::string(100'000, 'x'), kMd5), Verdict::Mismatch);
}

TEST(PasswordVerifier, RemembersAMatchButNoMismatch) {
    PasswordVerifier verifier({});
    EXPECT_EQ(verify(verifier, "hackme", kMd5), Verdict::Match);
    EXPECT_EQ(verifier.computed(), 1U);
    EXPECT_EQ(verify(verifier, "hackme", kMd5), Verdict::Match);
    EXPECT_EQ(verifier.computed(), 1U);
    EXPECT_EQ(verify(verifier, "wrong", kMd5), Verdict::Mismatch);
    EXPECT_EQ(verify(verifier, "wrong", kMd5), Verdict::Mismatch);
    EXPECT_EQ(verify(verifier, "hackme", kSha512), Verdict::Match) << "of another hash";
    EXPECT_EQ(verifier.computed(), 4U);
}

TEST(PasswordVerifier, MoreThanMayWaitAreBusyAndCounted) {
    PasswordVerifier verifier({.threads = 1, .waiting_max = 0});
    EXPECT_EQ(verify(verifier, "hackme", kMd5), Verdict::Busy);
    EXPECT_EQ(verifier.busy(), 1U);
    EXPECT_EQ(verifier.computed(), 0U);
}

TEST(PasswordVerifier, AnswersAllThatWaitAndHasRoomAgain) {
    PasswordVerifier verifier({.threads = 2, .waiting_max = 8});
    for (int round = 0; round < 3; ++round) {
        const std::vector<Question> all(8, {"wrong", kMd5});
        EXPECT_EQ(verify_all(verifier, all), std::vector<Verdict>(8, Verdict::Mismatch));
    }
    EXPECT_EQ(verifier.busy(), 0U);
}

TEST(PasswordVerifier, ServesManyLoopsAtOnce) {
    PasswordVerifier verifier({.threads = 2, .waiting_max = 64});
    std::array<std::thread, 4> loops;
    for (std::thread& loop : loops) {
        loop = std::thread([&verifier] {
            for (int round = 0; round < 5; ++round) {
                EXPECT_EQ(verify_all(verifier, {{"hackme", kMd5}, {"wrong", kMd5}}),
                          (std::vector{Verdict::Match, Verdict::Mismatch}));
            }
        });
    }
    for (std::thread& loop : loops) {
        loop.join();
    }
}

TEST(PasswordVerifier, CancelledCallersGiveTheirPlacesBack) {
    PasswordVerifier verifier({.threads = 1, .waiting_max = 4});
    for (int round = 0; round < 8; ++round) {
        asio::io_context loop;
        std::array<asio::cancellation_signal, 4> signals;
        for (asio::cancellation_signal& signal : signals) {
            asio::co_spawn(loop, verifier.verify("wrong", kSha512),
                           asio::bind_cancellation_slot(
                               signal.slot(), [](const std::exception_ptr&, Verdict verdict) {
                                   EXPECT_NE(verdict, Verdict::Match);
                               }));
        }
        loop.poll();
        for (asio::cancellation_signal& signal : signals) {
            signal.emit(asio::cancellation_type::terminal);
        }
        loop.run();
    }
    EXPECT_EQ(verify(verifier, "hackme", kMd5), Verdict::Match);
    EXPECT_EQ(verifier.busy(), 0U);
}

TEST(PasswordVerifier, MayGoWhileVerificationsWait) {
    asio::io_context loop;
    PasswordVerifier verifier({});
    for (int i = 0; i < 16; ++i) {
        asio::co_spawn(loop, verifier.verify("wrong", kMd5), asio::use_future);
    }
    loop.poll();  // they are handed over; nobody takes the answers
}

}  // namespace
}  // namespace ringcast::server::runtime

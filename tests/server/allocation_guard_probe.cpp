// SPDX-License-Identifier: Apache-2.0
// The program that runtime_allocation_guard_test runs under the preloaded guard: does what its
// argument names.
#include <malloc.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <thread>

#include "server/runtime/access_log.hpp"
#include "server/runtime/allocation_guard.hpp"
#include "server/runtime/logging.hpp"
#include "server/runtime/submitter.hpp"

namespace ringcast::server::runtime {
namespace {

struct alignas(128) Aligned {
    std::array<std::byte, 128> bytes;
};

// Keeps the compiler from optimising an allocation away.
void use(void* memory) {
    asm volatile("" : : "r"(memory) : "memory");
}

/// Each way to allocate, once: nine allocations.
void allocate_in_every_way() {
    use(std::malloc(10));
    use(std::calloc(2, 10));
    void* volatile none = nullptr;  // or the compiler would call malloc
    use(std::realloc(none, 10));
    use(::reallocarray(nullptr, 2, 10));
    use(std::aligned_alloc(64, 64));
    use(::memalign(64, 64));
    void* memory = nullptr;
    if (::posix_memalign(&memory, 64, 64) == 0) {
        use(memory);
    }
    use(new std::uint64_t);
    use(new Aligned);
}

class Discard final : public EventConsumer {
  public:
    void consume(const Event& /*event*/) noexcept override {
        use(new (std::nothrow) std::uint64_t);
    }
    void events_shed(EventKind /*kind*/, std::uint64_t /*count*/) noexcept override {}
    void batch_end() noexcept override {}
    void reopen() noexcept override {}
};

/// The loops' side of the submitter inside a scope, queue full included.
void submit_everything() {
    Discard discard;
    Submitter submitter(discard, {.slots = 64});
    const Logger log(submitter, LogLevel::Info);
    RateLimited site;
    const std::string text(3000, 'x');
    const AccessEntry entry{.method = "GET", .target = text, .user = text, .agent = text};
    for (int i = 0; i < 1000; ++i) {
        const NoAllocationScope scope;
        log.info("station {} has {} listeners, {:.3f} s, {}", "/live", i, 0.25 * i, text);
        log.limited(site, LogLevel::Warning, "listener {} lags", i);
        static_cast<void>(try_submit(submitter, entry));
    }
}

/// One byte through a socket pair.
bool pass_a_byte(const std::array<int, 2>& pair) {
    char byte = 'x';
    iovec part{.iov_base = &byte, .iov_len = 1};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    return ::sendmsg(pair[0], &message, 0) == 1 && ::recv(pair[1], &byte, 1, 0) == 1;
}

/// Three bytes, two of them inside a scope.
bool pass_bytes() {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair.data()) != 0 || !pass_a_byte(pair)) {
        return false;
    }
    const NoAllocationScope scope;
    return pass_a_byte(pair) && pass_a_byte(pair);
}

int run(std::string_view what) {
    if (what == "outside") {
        { const NoAllocationScope scope; }
        allocate_in_every_way();
    } else if (what == "inside") {
        const NoAllocationScope scope;
        allocate_in_every_way();
    } else if (what == "nested") {
        const NoAllocationScope outer;
        { const NoAllocationScope inner; }
        use(std::malloc(10));
    } else if (what == "free") {
        void* const memory = std::malloc(10);
        use(memory);
        const NoAllocationScope scope;
        std::free(memory);
    } else if (what == "other-thread") {
        std::thread other;
        {
            std::atomic<bool> go{false};
            std::atomic<bool> done{false};
            other = std::thread([&go, &done] {
                go.wait(false);
                allocate_in_every_way();
                done = true;
                done.notify_one();
            });
            const NoAllocationScope scope;
            go = true;
            go.notify_one();
            done.wait(false);
        }
        other.join();
    } else if (what == "submitter") {
        submit_everything();
    } else if (what == "sockets") {
        return pass_bytes() ? 0 : 1;
    } else {
        return 2;
    }
    return 0;
}

}  // namespace
}  // namespace ringcast::server::runtime

int main(int argc, char** argv) {
    return argc == 2 ? ringcast::server::runtime::run(argv[1]) : 2;
}

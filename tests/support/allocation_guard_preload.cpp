// SPDX-License-Identifier: Apache-2.0
// libringcast_allocguard.so, for LD_PRELOAD: replaces malloc's family by functions that count what
// is allocated inside a NoAllocationScope (server/runtime/allocation_guard.hpp) and pass on to
// glibc. operator new needs nothing of its own, as it calls malloc or aligned_alloc.
//
// At exit it writes two lines to standard error:
//     allocation guard: 1234 allocations, 0 inside scopes
//     allocation guard: scopes made 5678 sends and 90 receives
// so that a test cannot pass because nothing was looked at: what a pass or a source step does was
// done inside a scope. Where the binary does not know the scopes the only line is "allocation
// guard: no scopes in this program". The first four violations print their call stack. With
// RINGCAST_ALLOCATION_GUARD=abort the first one aborts.
#include <execinfo.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

extern "C" {
// The names are glibc's own, as a malloc that is called when one looks it up cannot look it up.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
// Defined by the executable; weak, as most programs do not have it.
__attribute__((weak)) int ringcast_no_allocation_depth() noexcept;
}

namespace {

constexpr std::uint64_t kStacksMax = 4;

// malloc has no object that could own them.
// NOLINTBEGIN(cppcoreguidelines-avoid-non-const-global-variables)
std::atomic<std::uint64_t> allocations{0};
std::atomic<std::uint64_t> violations{0};
std::atomic<std::uint64_t> sends{0};
std::atomic<std::uint64_t> receives{0};
// Set while a violation is reported: backtrace() itself allocates when it is first called.
__attribute__((tls_model("initial-exec"))) thread_local bool reporting = false;
// NOLINTEND(cppcoreguidelines-avoid-non-const-global-variables)

void print(const char* text) {
    const ssize_t written = ::write(STDERR_FILENO, text, std::strlen(text));
    static_cast<void>(written);  // nobody is left to be told
}

void print(std::uint64_t number) {
    std::array<char, 24> digits{};
    std::size_t at = digits.size() - 1;
    do {
        digits[--at] = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    print(&digits[at]);
}

void report_violation(const char* function) {
    reporting = true;
    const std::uint64_t before = violations.fetch_add(1);
    const char* const mode = std::getenv("RINGCAST_ALLOCATION_GUARD");
    const bool fatal = mode != nullptr && std::strcmp(mode, "abort") == 0;
    if (before < kStacksMax || fatal) {
        print("allocation guard: ");
        print(function);
        print(" inside a scope that must not allocate\n");
        std::array<void*, 32> frames{};
        const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
        ::backtrace_symbols_fd(frames.data(), count, STDERR_FILENO);
    }
    if (fatal) {
        std::abort();
    }
    reporting = false;
}

bool inside_scope() {
    return &ringcast_no_allocation_depth != nullptr && ringcast_no_allocation_depth() > 0;
}

void note(const char* function) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (!reporting && inside_scope()) {
        report_violation(function);
    }
}

__attribute__((destructor)) void print_totals() {
    if (&ringcast_no_allocation_depth == nullptr) {
        print("allocation guard: no scopes in this program\n");
        return;
    }
    print("allocation guard: ");
    print(allocations.load());
    print(" allocations, ");
    print(violations.load());
    print(" inside scopes\nallocation guard: scopes made ");
    print(sends.load());
    print(" sends and ");
    print(receives.load());
    print(" receives\n");
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
    note("malloc");
    return __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
    note("calloc");
    return __libc_calloc(count, size);
}

void* realloc(void* old, std::size_t size) {
    note("realloc");
    return __libc_realloc(old, size);
}

void* reallocarray(void* old, std::size_t count, std::size_t size) {
    note("reallocarray");
    std::size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return nullptr;
    }
    return __libc_realloc(old, bytes);
}

void* memalign(std::size_t alignment, std::size_t size) {
    note("memalign");
    return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
    note("aligned_alloc");
    return __libc_memalign(alignment, size);
}

int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
    note("posix_memalign");
    void* const memory = __libc_memalign(alignment, size);
    if (memory == nullptr) {
        return ENOMEM;
    }
    *out = memory;
    return 0;
}

ssize_t send(int fd, const void* bytes, std::size_t size, int flags) {
    sends.fetch_add(inside_scope() ? 1 : 0, std::memory_order_relaxed);
    return ::syscall(SYS_sendto, fd, bytes, size, flags, nullptr, 0);
}

ssize_t sendmsg(int fd, const msghdr* message, int flags) {
    sends.fetch_add(inside_scope() ? 1 : 0, std::memory_order_relaxed);
    return ::syscall(SYS_sendmsg, fd, message, flags);
}

ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
    receives.fetch_add(inside_scope() ? 1 : 0, std::memory_order_relaxed);
    return ::syscall(SYS_recvfrom, fd, buffer, size, flags, nullptr, nullptr);
}

}  // extern "C"

// SPDX-License-Identifier: Apache-2.0
// Marks the code that must not touch the heap: fan-out passes and source steps (number 3 of what
// must always hold, in ARCHITECTURE.md). In production a scope costs two increments of a
// thread-local integer. Tests preload tests/support/allocation_guard_preload.cpp into the
// unmodified binary; it replaces malloc's family (and with it operator new), asks
// ringcast_no_allocation_depth() and counts, or aborts.
#pragma once

namespace ringcast::server::runtime {

/// How many NoAllocationScopes this thread is in.
// A plain thread-local in place of a member: the preloaded library must be able to ask without
// knowing any object. NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
extern constinit thread_local int no_allocation_depth;

/// While one lives, its thread must not allocate. Scopes nest; freeing is allowed.
class [[nodiscard]] NoAllocationScope {
  public:
    NoAllocationScope() noexcept { ++no_allocation_depth; }
    ~NoAllocationScope() { --no_allocation_depth; }
    NoAllocationScope(const NoAllocationScope&) = delete;
    NoAllocationScope& operator=(const NoAllocationScope&) = delete;
};

}  // namespace ringcast::server::runtime

/// Exported from the executable for the preloaded library; the depth of the calling thread.
extern "C" int ringcast_no_allocation_depth() noexcept;

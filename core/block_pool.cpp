// SPDX-License-Identifier: Apache-2.0
#include "core/block_pool.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "core/check.hpp"
#include "core/identity_store.hpp"
#include "core/listener_record.hpp"
#include "core/listener_table.hpp"
#include "core/source_record.hpp"
#include "core/station_record.hpp"

namespace ringcast::core {

namespace {

constexpr std::uint64_t kPage = 4096;

constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t step) {
    return (value + step - 1) / step * step;
}

/// The bill: what each kind of record costs, one line each. Only touched pages become resident.
PoolLayout lay_out(const PoolCapacity& capacity) {
    PoolLayout layout;
    std::uint64_t at = round_up(sizeof(PoolHeader), kPage);
    const auto part = [&at](std::uint64_t& begin, std::uint64_t count, std::uint64_t size) {
        begin = at;
        at = round_up(at + count * size, kPage);
    };
    part(layout.extent_owners, capacity.extents, sizeof(std::uint32_t));
    part(layout.stations, capacity.stations, sizeof(StationRecord));
    part(layout.sources, capacity.sources, sizeof(SourceRecord));
    part(layout.listener_chunks, capacity.listeners / kListenersPerChunk, sizeof(ListenerChunk));
    part(layout.listeners, capacity.listeners, sizeof(ListenerRecord));
    part(layout.identity_groups, capacity.identity_cells / kIdentityCellsPerGroup,
         sizeof(std::uint64_t));
    part(layout.identity_cells, capacity.identity_cells, sizeof(IdentityCell));
    at = round_up(at, kExtentBytesMin);
    layout.audio = at;
    layout.end = at + std::uint64_t{capacity.extents} * capacity.extent_bytes;
    return layout;
}

Error system_error(const char* what) {
    return Error{Errc::System, std::string(what) + ": " + std::strerror(errno)};
}

}  // namespace

std::uint32_t ExtentRuns::extents() const {
    std::uint32_t sum = 0;
    for (const ExtentRun& run : span()) {
        sum += run.count;
    }
    return sum;
}

Result<std::unique_ptr<BlockPool>> BlockPool::create(PoolCapacity capacity) {
    check(capacity.extent_bytes > 0 && capacity.extent_bytes % kExtentBytesMin == 0,
          "extents are multiples of 64 KiB");
    capacity.listeners =
        static_cast<std::uint32_t>(round_up(capacity.listeners, kListenersPerChunk));
    capacity.identity_cells =
        static_cast<std::uint32_t>(round_up(capacity.identity_cells, kIdentityCellsPerGroup));
    const PoolLayout layout = lay_out(capacity);

    const int fd = ::memfd_create("ringcast-pool", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0) {
        return system_error("cannot create the pool");
    }
    if (::ftruncate(fd, static_cast<off_t>(layout.end)) != 0 ||
        ::fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) != 0) {
        Error error = system_error("cannot size the pool");
        ::close(fd);
        return error;
    }
    void* base = ::mmap(nullptr, layout.audio, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED) {
        Error error = system_error("cannot map the pool");
        ::close(fd);
        return error;
    }
    auto* const header = static_cast<PoolHeader*>(base);
    *header = {.magic = PoolHeader::kMagic,
               .version = PoolHeader::kVersion,
               .header_bytes = sizeof(PoolHeader),
               .capacity = capacity,
               .layout = layout};
    return std::unique_ptr<BlockPool>(
        new BlockPool(fd, static_cast<std::byte*>(base), layout.audio));
}

BlockPool::BlockPool(int fd, std::byte* base, std::uint64_t mapped)
    : fd_(fd), base_(base), mapped_(mapped), free_(header().capacity.extents) {
}

BlockPool::~BlockPool() {
    ::munmap(base_, mapped_);
    ::close(fd_);
}

std::span<std::uint32_t> BlockPool::owners() {
    return {at<std::uint32_t>(layout().extent_owners), capacity().extents};
}

Result<ExtentRuns> BlockPool::claim(std::uint32_t count, std::uint32_t owner) {
    check(count > 0 && owner != 0, "a claim names its size and its owner");
    const std::scoped_lock lock(mutex_);
    const std::span<std::uint32_t> table = owners();
    if (count > free_) {
        return Error{Errc::PoolExhausted, "the pool has " + std::to_string(free_) +
                                              " free extents, " + std::to_string(count) +
                                              " are needed"};
    }
    // All free runs, longest first but for the shortest that holds the whole ring alone.
    std::array<ExtentRun, kRingRunsMax> longest{};
    ExtentRun fitting{0, 0};
    for (std::uint32_t i = 0; i < table.size();) {
        std::uint32_t end = i;
        while (end < table.size() && (table[end] == 0) == (table[i] == 0)) {
            ++end;
        }
        const ExtentRun run{i, end - i};
        const bool is_free = table[i] == 0;
        i = end;
        if (!is_free) {
            continue;
        }
        if (run.count >= count && (fitting.count == 0 || run.count < fitting.count)) {
            fitting = run;
        }
        auto* const place = std::find_if(longest.begin(), longest.end(),
                                         [&](const ExtentRun& r) { return r.count < run.count; });
        if (place != longest.end()) {
            std::move_backward(place, longest.end() - 1, longest.end());
            *place = run;
        }
    }
    ExtentRuns result;
    std::uint32_t missing = count;
    for (const ExtentRun& run :
         fitting.count != 0 ? std::array<ExtentRun, kRingRunsMax>{fitting} : longest) {
        const std::uint32_t take = std::min(run.count, missing);
        if (take != 0) {
            result.runs[result.size++] = {run.first, take};
            missing -= take;
        }
    }
    if (missing != 0) {
        return Error{Errc::PoolExhausted, "the pool's free extents lie in too many pieces"};
    }
    for (const ExtentRun& run : result.span()) {
        std::fill_n(table.begin() + run.first, run.count, owner);
    }
    free_ -= count;
    return result;
}

void BlockPool::give_back(const ExtentRuns& runs) {
    discard(runs);
    const std::scoped_lock lock(mutex_);
    const std::span<std::uint32_t> table = owners();
    for (const ExtentRun& run : runs.span()) {
        for (std::uint32_t i = run.first; i < run.first + run.count; ++i) {
            check(table[i] != 0, "an extent is given back once");
            table[i] = 0;
        }
        free_ += run.count;
    }
}

void BlockPool::discard(const ExtentRuns& runs) {
    for (const ExtentRun& run : runs.span()) {
        const std::uint64_t bytes = capacity().extent_bytes;
        punch(layout().audio + run.first * bytes, run.count * bytes);
    }
}

void BlockPool::discard_metadata(std::uint64_t begin, std::uint64_t end) {
    begin = round_up(begin, kPage);
    end = end / kPage * kPage;
    if (begin < end) {
        punch(begin, end - begin);
    }
}

void BlockPool::punch(std::uint64_t begin, std::uint64_t bytes) {
    const int result = ::fallocate(fd_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                                   static_cast<off_t>(begin), static_cast<off_t>(bytes));
    check(result == 0, "a memfd can have holes");
}

std::uint32_t BlockPool::free_extents() const {
    const std::scoped_lock lock(mutex_);
    return free_;
}

std::span<StationRecord> BlockPool::stations() {
    return {at<StationRecord>(layout().stations), capacity().stations};
}

std::span<SourceRecord> BlockPool::sources() {
    return {at<SourceRecord>(layout().sources), capacity().sources};
}

std::span<ListenerRecord> BlockPool::listeners() {
    return {at<ListenerRecord>(layout().listeners), capacity().listeners};
}

}  // namespace ringcast::core

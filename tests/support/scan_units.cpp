// SPDX-License-Identifier: Apache-2.0
#include "tests/support/scan_units.hpp"

#include <algorithm>
#include <iterator>

#include "core/check.hpp"

namespace ringcast::tests {

using core::check;
using core::framing::FrameScanner;
using core::framing::kUnitBytesMax;
using core::framing::ScanUnit;

namespace {

void check_contract(const ScanUnit& unit, std::size_t shown) {
    const bool need_more = unit.kind == ScanUnit::Kind::NeedMore;
    check(need_more == (unit.bytes == 0), "only NeedMore has no bytes");
    check(!need_more || shown < kUnitBytesMax, "progress is made when enough is shown");
    check(unit.bytes <= shown, "a unit is not longer than what is shown");
    check(unit.bytes <= kUnitBytesMax, "a unit is not longer than kUnitBytesMax");
    check(!unit.sync || unit.kind == ScanUnit::Kind::Frame, "only frames are sync points");
    check(!unit.chain_start || unit.kind == ScanUnit::Kind::Header, "only headers begin a chain");
    check(unit.duration_us == 0 || unit.kind == ScanUnit::Kind::Frame, "only frames last");
}

void add(std::vector<FoundUnit>& units, const ScanUnit& unit, std::size_t offset) {
    if (unit.kind == ScanUnit::Kind::Junk && !units.empty() && units.back().kind == unit.kind) {
        units.back().bytes += unit.bytes;
        return;
    }
    units.push_back({.kind = unit.kind,
                     .sync = unit.sync,
                     .chain_start = unit.chain_start,
                     .offset = offset,
                     .bytes = unit.bytes,
                     .duration_us = unit.duration_us});
}

}  // namespace

std::vector<FoundUnit> scan_in_chunks(FrameScanner& scanner, std::span<const std::byte> stream,
                                      const NextChunk& next_chunk) {
    std::vector<FoundUnit> units;
    std::size_t begin = 0;
    std::size_t end = 0;
    while (end < stream.size()) {
        end += std::min(next_chunk(), stream.size() - end);
        for (;;) {
            const ScanUnit unit = scanner.next(stream.subspan(begin, end - begin));
            check_contract(unit, end - begin);
            if (unit.kind == ScanUnit::Kind::NeedMore) {
                break;
            }
            add(units, unit, begin);
            begin += unit.bytes;
        }
    }
    return units;
}

std::vector<FoundUnit> scan_whole(FrameScanner& scanner, std::span<const std::byte> stream) {
    return scan_in_chunks(scanner, stream, [&stream] { return stream.size(); });
}

NextChunk random_chunks(std::mt19937& random) {
    return [&random]() -> std::size_t { return 1 + random() % (1U << (1 + random() % 13)); };
}

std::vector<FoundUnit> only(ScanUnit::Kind kind, const std::vector<FoundUnit>& units) {
    std::vector<FoundUnit> chosen;
    std::copy_if(units.begin(), units.end(), std::back_inserter(chosen),
                 [kind](const FoundUnit& unit) { return unit.kind == kind; });
    return chosen;
}

}  // namespace ringcast::tests

// SPDX-License-Identifier: Apache-2.0
#include "tests/support/unit_letters.hpp"

namespace ringcast::tests {

using Kind = core::framing::ScanUnit::Kind;

namespace {

char letter(const FoundUnit& unit) {
    switch (unit.kind) {
        case Kind::NeedMore:
            return '?';
        case Kind::Header:
            return unit.chain_start ? 'C' : 'H';
        case Kind::Frame:
            return unit.sync ? 'S' : 'F';
        case Kind::Junk:
            return 'J';
    }
    return '?';
}

}  // namespace

std::string letters(const std::vector<FoundUnit>& units) {
    std::string text;
    for (const FoundUnit& unit : units) {
        text += letter(unit);
    }
    return text;
}

std::uint64_t sum_us(const std::vector<FoundUnit>& units) {
    std::uint64_t sum = 0;
    for (const FoundUnit& unit : units) {
        sum += unit.duration_us;
    }
    return sum;
}

Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes all;
    for (const Bytes& part : parts) {
        append(all, part);
    }
    return all;
}

}  // namespace ringcast::tests

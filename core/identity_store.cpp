// SPDX-License-Identifier: Apache-2.0
#include "core/identity_store.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/check.hpp"
#include "core/listener_record.hpp"

namespace ringcast::core {

namespace {

// Each text is stored as one length byte and its bytes.
static_assert(kIdentityTextBytesMax <= 255);

void append_text(std::string& packed, std::string_view text) {
    text = text.substr(0, kIdentityTextBytesMax);
    packed.push_back(static_cast<char>(text.size()));
    packed.append(text);
}

std::string take_text(std::string_view& packed) {
    if (packed.empty()) {
        return {};
    }
    const std::size_t size =
        std::min<std::size_t>(static_cast<unsigned char>(packed.front()), packed.size() - 1);
    std::string text(packed.substr(1, size));
    packed.remove_prefix(1 + size);
    return text;
}

}  // namespace

IdentityStore::IdentityStore(BlockPool& pool)
    : pool_(pool),
      groups_(pool.at<std::uint64_t>(pool.layout().identity_groups),
              pool.capacity().identity_cells / kIdentityCellsPerGroup),
      cells_(pool.at<IdentityCell>(pool.layout().identity_cells), pool.capacity().identity_cells) {
}

std::uint32_t IdentityStore::store(const Identity& identity) {
    std::string packed;
    for (const std::string* text :
         {&identity.target, &identity.agent, &identity.referer, &identity.user}) {
        append_text(packed, *text);
    }
    const std::scoped_lock lock(mutex_);
    std::uint32_t first = kNone;
    std::uint32_t* link = &first;
    for (std::size_t at = 0; at < packed.size(); at += IdentityCell::kTextBytes) {
        const std::uint32_t cell = take_cell();
        if (cell == kNone) {
            ++cut_;
            break;
        }
        cells_[cell].next = kNone;
        cells_[cell].text.fill(0);
        std::memcpy(cells_[cell].text.data(), packed.data() + at,
                    std::min(IdentityCell::kTextBytes, packed.size() - at));
        *link = cell;
        link = &cells_[cell].next;
    }
    return first;
}

Identity IdentityStore::load(std::uint32_t first) const {
    std::string packed;
    {
        const std::scoped_lock lock(mutex_);
        for (std::uint32_t cell = first; cell != kNone; cell = cells_[cell].next) {
            packed.append(cells_[cell].text.data(), IdentityCell::kTextBytes);
        }
    }
    std::string_view rest = packed;
    Identity identity;
    for (std::string* text :
         {&identity.target, &identity.agent, &identity.referer, &identity.user}) {
        *text = take_text(rest);
    }
    return identity;
}

void IdentityStore::release(std::uint32_t first) {
    const std::scoped_lock lock(mutex_);
    while (first != kNone) {
        const std::uint32_t next = cells_[first].next;
        free_cell(first);
        first = next;
    }
}

std::uint32_t IdentityStore::take_cell() {
    while (first_free_group_ < groups_.size() && groups_[first_free_group_] == ~std::uint64_t{0}) {
        ++first_free_group_;
    }
    if (first_free_group_ == groups_.size()) {
        return kNone;
    }
    std::uint64_t& group = groups_[first_free_group_];
    const auto bit = static_cast<std::uint32_t>(std::countr_one(group));
    group |= std::uint64_t{1} << bit;
    ++used_;
    return first_free_group_ * static_cast<std::uint32_t>(kIdentityCellsPerGroup) + bit;
}

void IdentityStore::free_cell(std::uint32_t cell) {
    const auto group = static_cast<std::uint32_t>(cell / kIdentityCellsPerGroup);
    const std::uint64_t bit = std::uint64_t{1} << (cell % kIdentityCellsPerGroup);
    check((groups_[group] & bit) != 0, "a cell is freed once");
    groups_[group] &= ~bit;
    --used_;
    first_free_group_ = std::min(first_free_group_, group);
    if (groups_[group] == 0) {
        const std::uint64_t begin = pool_.layout().identity_cells + std::uint64_t{group} *
                                                                        kIdentityCellsPerGroup *
                                                                        sizeof(IdentityCell);
        pool_.discard_metadata(begin, begin + kIdentityCellsPerGroup * sizeof(IdentityCell));
    }
}

std::uint64_t IdentityStore::cut() const {
    const std::scoped_lock lock(mutex_);
    return cut_;
}

std::uint32_t IdentityStore::cells_used() const {
    const std::scoped_lock lock(mutex_);
    return used_;
}

}  // namespace ringcast::core

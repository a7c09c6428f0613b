// SPDX-License-Identifier: Apache-2.0
#include "server/ingest/audio_tags.hpp"

#include <taglib/fileref.h>
#include <taglib/tag.h>
#include <taglib/tstring.h>

#include <exception>

namespace ringcast::server::ingest {
namespace {

/// What the tags say; empty where they say nothing. TagLib reads hostile files: whatever it throws
/// (lengths that no memory has) means the same as no tags.
std::string title_from_tags(const std::filesystem::path& path) {
    try {
        const TagLib::FileRef file(path.c_str(), false);
        if (file.isNull() || file.tag() == nullptr) {
            return {};
        }
        const std::string title = file.tag()->title().stripWhiteSpace().to8Bit(true);
        const std::string artist = file.tag()->artist().stripWhiteSpace().to8Bit(true);
        return title.empty() || artist.empty() ? title : artist + " - " + title;
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace

std::string title_of_file(const std::filesystem::path& path) {
    std::string title = title_from_tags(path);
    return title.empty() ? path.stem().string() : title;
}

}  // namespace ringcast::server::ingest

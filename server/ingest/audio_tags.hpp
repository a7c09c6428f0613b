// SPDX-License-Identifier: Apache-2.0
// The title of an audio file, for stations whose input is files.
#pragma once

#include <filesystem>
#include <string>

namespace ringcast::server::ingest {

/// "artist - title" from the file's tags (TagLib), the title alone where there is no artist, and
/// the file's name without its extension where there is no title or the file cannot be read. UTF-8,
/// as far as the name is. Reads the file: blocks. Any thread.
[[nodiscard]] std::string title_of_file(const std::filesystem::path& path);

}  // namespace ringcast::server::ingest

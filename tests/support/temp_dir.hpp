// SPDX-License-Identifier: Apache-2.0
// A directory that lives as long as the test.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ringcast::tests::support {

/// Made under the system's temporary directory, removed with all it holds by the destructor. Any
/// user may write to it, because some players refuse to run as root.
class TempDir {
  public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path_ / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

/// The whole file; "" when there is none (yet).
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// Throws std::runtime_error when the file cannot be written.
void write_file(const std::filesystem::path& path, std::string_view bytes);

}  // namespace ringcast::tests::support

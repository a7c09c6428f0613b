// SPDX-License-Identifier: Apache-2.0
// ringcast-load as a child of the test: what it was told to do, its verdict and its report.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace ringcast::tests::support {

/// The one of this build.
[[nodiscard]] std::string ringcast_load_binary();

struct LoadReport {
    int exit_code;        ///< 0 nothing found, 1 faults found, 2 the run could not be made
    std::string text;     ///< the table, and what went wrong
    nlohmann::json json;  ///< null when the run could not be made
};

/// A run in the background; killed when it still runs in the end.
class LoadTool {
  public:
    explicit LoadTool(std::vector<std::string> arguments);

    [[nodiscard]] Process& process() { return process_; }
    /// Waits for its own end; throws std::runtime_error when it does not come within `patience`.
    [[nodiscard]] LoadReport finish(milliseconds patience);
    /// Interrupts it, as Ctrl-C does, which ends the run with its report.
    [[nodiscard]] LoadReport stop();

  private:
    TempDir dir_;
    Process process_;
};

}  // namespace ringcast::tests::support

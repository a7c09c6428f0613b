// SPDX-License-Identifier: Apache-2.0
// The command line as a report shows it: so that it can be run again, but without its password.
#pragma once

#include <span>
#include <string>

namespace ringcast::loadtest {

/// Quoted for a POSIX shell, on one line. What follows --password is shown as "***".
[[nodiscard]] std::string shown_command_line(std::span<const char* const> arguments);

}  // namespace ringcast::loadtest

// SPDX-License-Identifier: Apache-2.0
// The command line: serve, check, schema, hash-password.
#pragma once

namespace ringcast::server::app {

/// Runs the command that the arguments name and returns the process's exit code: 0, 1 for a config
/// or a system that does not fit, 2 for arguments that are wrong.
int run_command_line(int argc, char** argv);

}  // namespace ringcast::server::app

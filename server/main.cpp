// SPDX-License-Identifier: Apache-2.0
#include <exception>
#include <iostream>

#include "server/app/commands.hpp"

int main(int argc, char** argv) {
    try {
        return ringcast::server::app::run_command_line(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "ringcast: " << error.what() << '\n';
        return 1;
    }
}

// SPDX-License-Identifier: Apache-2.0
#include "server/app/commands.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <string>

#include "config/parse.hpp"
#include "config/schema.hpp"
#include "server/app/app.hpp"
#include "server/app/fit.hpp"
#include "server/runtime/password.hpp"

namespace ringcast::server::app {

namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;

config::Result<config::Config> load(const std::string& file) {
    config::Result<config::Config> config = config::load_config(file);
    if (!config) {
        for (const config::Error& error : config.error()) {
            std::cerr << file << ": " << config::to_string(error) << '\n';
        }
    }
    return config;
}

int serve(const std::string& file) {
    const config::Result<config::Config> config = load(file);
    if (!config) {
        return kFailed;
    }
    std::signal(SIGPIPE, SIG_IGN);
    auto app = App::create(*config);
    if (!app) {
        std::cerr << file << ": " << app.error().message << '\n';
        return kFailed;
    }
    return (*app)->run();
}

int check(const std::string& file) {
    const config::Result<config::Config> config = load(file);
    if (!config) {
        return kFailed;
    }
    if (const core::Result<void> fits = check_fit(*config); !fits) {
        std::cerr << file << ": " << fits.error().message << '\n';
        return kFailed;
    }
    std::cout << file << ": ok\n";
    return 0;
}

int schema(bool markdown) {
    std::cout << (markdown ? config::config_markdown() : config::json_schema());
    return 0;
}

/// Reads one line, so that the password stands in no process list and no shell history.
int hash_password() {
    std::string password;
    if (!std::getline(std::cin, password) || password.empty()) {
        std::cerr << "hash-password: give the password on standard input\n";
        return kFailed;
    }
    const core::Result<std::string> hash = runtime::hash_password(password);
    if (!hash) {
        std::cerr << "hash-password: " << hash.error().message << '\n';
        return kFailed;
    }
    std::cout << *hash << '\n';
    return 0;
}

}  // namespace

int run_command_line(int argc, char** argv) {
    CLI::App cli{"Ringcast: a streaming audio broadcast server"};
    cli.set_version_flag("--version", "Ringcast " RINGCAST_VERSION);
    cli.require_subcommand(1);

    std::string file;
    CLI::App* const serve_command = cli.add_subcommand("serve", "Run the server in the foreground");
    serve_command->add_option("--config,-c", file, "The configuration, see docs/config.md")
        ->required();
    CLI::App* const check_command = cli.add_subcommand("check", "Check a configuration and exit");
    check_command->add_option("--config,-c", file, "The configuration to check")->required();
    bool markdown = false;
    CLI::App* const schema_command =
        cli.add_subcommand("schema", "Print the JSON Schema of the configuration");
    schema_command->add_flag("--markdown", markdown, "Print docs/config.md instead");
    CLI::App* const hash_command = cli.add_subcommand(
        "hash-password", "Hash the password on standard input for the configuration");

    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : kUsage;
    }
    if (serve_command->parsed()) {
        return serve(file);
    }
    if (check_command->parsed()) {
        return check(file);
    }
    if (hash_command->parsed()) {
        return hash_password();
    }
    return schema_command->parsed() ? schema(markdown) : kUsage;
}

}  // namespace ringcast::server::app

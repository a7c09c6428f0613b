// SPDX-License-Identifier: Apache-2.0
// The checked configuration: plain structs whose initialisers are the defaults. What each member
// means, its range and when a change of it applies stand in fields.cpp (printed in docs/config.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/quantities.hpp"

namespace ringcast::config {

enum class LogLevel : std::uint8_t { Trace, Debug, Info, Warn, Error, Critical, Off };
enum class LogFormat : std::uint8_t { Auto, Text, Json };
enum class Takeover : std::uint8_t { Silent, Always, Never };
enum class Charset : std::uint8_t { Utf8, Latin1 };

struct Server {
    std::string name = "Ringcast";
    std::string hostname = "localhost";
    std::string location;
    std::string admin_contact;
    std::uint32_t workers = 0;  ///< 0: one per core
    std::string id = "Ringcast/" RINGCAST_VERSION;
};

struct Listen {
    std::string address = "::";  ///< IPv4 or IPv6, numeric
    std::uint16_t port = 8000;   ///< 0: the system chooses
    std::string shoutcast_mount;
};

struct Pool {
    Bytes size;  ///< 0 only before parse_config() has worked it out; then a multiple of `extent`
    Bytes extent = kib(64);
};

struct Limits {
    std::uint32_t listeners = 0;  ///< 0: off
    std::uint32_t sources = 0;    ///< 0: off
    Duration header_timeout = std::chrono::seconds(15);
    Bytes header_size = kib(64);
    Duration source_timeout = std::chrono::seconds(10);          ///< 0: off
    Duration listener_stall_timeout = std::chrono::seconds(30);  ///< 0: off
    std::uint32_t listener_skips_max = 20;                       ///< within 60 s; 0: off
};

struct Fanout {
    Duration phase = std::chrono::milliseconds(25);
    Duration delivery_max = std::chrono::seconds(1);
};

struct Log {
    LogLevel level = LogLevel::Info;
    std::string file;  ///< empty: standard error
    LogFormat format = LogFormat::Auto;
    std::string access_file;  ///< empty: off
};

/// `password` is plain text, or a crypt(3) hash when it begins with "$".
struct Credentials {
    std::string user;
    std::string password;
};

struct Auth {
    Credentials source{.user = "source", .password = {}};
    Credentials admin{.user = "admin", .password = {}};  ///< no password: no admin pages
};

struct Station {
    std::string mount;
    std::string name;  ///< empty: what the source says; so for the next five
    std::string description;
    std::string genre;
    std::string url;
    std::string type;
    std::uint32_t bitrate_kbit_s = 0;  ///< 0: what the source says
    std::optional<bool> is_public;     ///< none: what the source says
    Bytes ring = mib(1);               ///< after parse_config() a multiple of `pool.extent`
    Burst burst = Duration(std::chrono::seconds(4));
    Duration delivery{};    ///< 0: auto
    Bytes metaint{16'000};  ///< 0: no metadata
    Charset charset = Charset::Utf8;
    std::uint32_t max_listeners = 0;  ///< 0: off
    Takeover takeover = Takeover::Silent;
    std::string user;      ///< after parse_config() never empty: auth.source.user if not given
    std::string password;  ///< likewise; may be empty in station_defaults only
    std::string input;     ///< a file or folder; empty: none
};

/// `stations` are complete: what a station leaves out was taken from `station_defaults` and `auth`.
/// A dynamic station is `station_defaults` with a mount.
struct Config {
    Server server;
    std::vector<Listen> listen{Listen{}};
    Pool pool;
    Limits limits;
    Fanout fanout;
    Log log;
    Auth auth;
    bool dynamic_stations = true;
    Station station_defaults;
    std::vector<Station> stations;
};

}  // namespace ringcast::config

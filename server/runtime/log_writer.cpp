// SPDX-License-Identifier: Apache-2.0
#include "server/runtime/log_writer.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/details/log_msg.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <iterator>
#include <string_view>
#include <utility>

#include "server/runtime/system_clock.hpp"
#include "server/runtime/text_escape.hpp"

namespace ringcast::server::runtime {
namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::Debug:
            return spdlog::level::debug;
        case LogLevel::Info:
            return spdlog::level::info;
        case LogLevel::Warning:
            return spdlog::level::warn;
        case LogLevel::Error:
            return spdlog::level::err;
        case LogLevel::Off:
            break;
    }
    return spdlog::level::err;
}

std::string_view events_name(EventKind kind) {
    switch (kind) {
        case EventKind::LogLine:
            return "log lines";
        case EventKind::AccessEntry:
            return "access log entries";
    }
    return "events";
}

/// Appends to `file`; to standard error where that is empty. Throws what spdlog throws.
std::unique_ptr<spdlog::sinks::sink> make_sink(const std::string& file, LogFormat format) {
    std::unique_ptr<spdlog::sinks::sink> sink;
    if (file.empty()) {
        sink = std::make_unique<spdlog::sinks::stderr_color_sink_st>();
    } else {
        sink = std::make_unique<spdlog::sinks::basic_file_sink_st>(file);
    }
    // A JSON line brings its own time and level.
    sink->set_pattern(format == LogFormat::Json ? "%v" : "%Y-%m-%d %H:%M:%S.%e %^%l%$ %v");
    return sink;
}

}  // namespace

void append_json_line(std::string& out, const LogLine& line) {
    const std::time_t seconds = line.time_us / 1'000'000;
    fmt::format_to(std::back_inserter(out),
                   R"({{"time":"{:%Y-%m-%dT%H:%M:%S}.{:06}Z","level":"{}","msg":)",
                   fmt::gmtime(seconds), line.time_us % 1'000'000, to_string(line.level));
    append_json_string(out, line.text);
    out += '}';
}

LogWriter::LogWriter(LogWriterOptions options)
    : options_(std::move(options)),
      sink_(make_sink("", options_.format)),
      access_log_(options_.access_file) {
    open_file();
}

LogWriter::~LogWriter() = default;

void LogWriter::consume(const Event& event) noexcept {
    try {
        switch (event.kind) {
            case EventKind::LogLine:
                write(unpack_log_line(event.payload));
                break;
            case EventKind::AccessEntry:
                access_log_.append(unpack_access_entry(event.payload));
                break;
        }
    } catch (const std::exception& error) {
        report(error.what());
    }
}

void LogWriter::events_shed(EventKind kind, std::uint64_t count) noexcept {
    try {
        const std::string text =
            fmt::format("{} {} were lost, as they came faster than they could be written", count,
                        events_name(kind));
        write({.time_us = wall_microseconds(), .level = LogLevel::Warning, .text = text});
    } catch (const std::exception& error) {
        report(error.what());
    }
}

void LogWriter::batch_end() noexcept {
    access_log_.flush();
    try {
        sink_->flush();
    } catch (const std::exception& error) {
        report(error.what());
    }
}

void LogWriter::reopen() noexcept {
    access_log_.reopen();
    open_file();
}

/// When that fails, the sink that is there stays.
void LogWriter::open_file() noexcept {
    if (options_.file.empty()) {
        return;
    }
    try {
        sink_ = make_sink(options_.file, options_.format);
    } catch (const std::exception& error) {
        report(error.what());
    }
}

void LogWriter::write(const LogLine& line) {
    text_.clear();
    if (options_.format == LogFormat::Json) {
        append_json_line(text_, line);
    } else {
        append_printable(text_, line.text);
    }
    const spdlog::log_clock::time_point time{std::chrono::microseconds(line.time_us)};
    sink_->log({time, spdlog::source_loc{}, "", spdlog_level(line.level), text_});
}

void LogWriter::report(const char* what) noexcept {
    if (reports_.admit(steady_milliseconds())) {
        std::fprintf(stderr, "ringcast: log: %s\n", what);
    }
}

}  // namespace ringcast::server::runtime

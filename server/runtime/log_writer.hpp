// SPDX-License-Identifier: Apache-2.0
// The submitter's end of the log: writes lines through spdlog's sinks, and the access log.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "server/runtime/access_log.hpp"
#include "server/runtime/logging.hpp"
#include "server/runtime/submitter.hpp"

namespace spdlog::sinks {
class sink;
}

namespace ringcast::server::runtime {

enum class LogFormat : std::uint8_t {
    Human,  ///< 2026-03-01 12:30:45.123 warning text
    Json,   ///< {"time":"2026-03-01T12:30:45.123456Z","level":"warning","msg":"text"}
};

/// Appends the line of LogFormat::Json, without a line end.
void append_json_line(std::string& out, const LogLine& line);

struct LogWriterOptions {
    std::string file{};  ///< empty: standard error, in colour if that is a terminal
    LogFormat format = LogFormat::Human;
    std::string access_file{};  ///< empty: no access log
};

/// Used by the submitter's thread once that runs. A file that cannot be opened or written is
/// reported on standard error, at most once a second; while there is no file, lines go there too.
class LogWriter final : public EventConsumer {
  public:
    explicit LogWriter(LogWriterOptions options);
    ~LogWriter() override;

    void consume(const Event& event) noexcept override;
    void events_shed(EventKind kind, std::uint64_t count) noexcept override;
    void batch_end() noexcept override;
    void reopen() noexcept override;

  private:
    void open_file() noexcept;
    void write(const LogLine& line);
    void report(const char* what) noexcept;

    const LogWriterOptions options_;
    std::unique_ptr<spdlog::sinks::sink> sink_;
    AccessLog access_log_;
    RateLimited reports_;
    std::string text_;  // of the line being written
};

}  // namespace ringcast::server::runtime

// SPDX-License-Identifier: Apache-2.0
#include "loadtest/progress_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace ringcast::loadtest {

std::string progress_text(const SeriesPoint& before, const SeriesPoint& now, std::size_t sources) {
    std::string text = fmt::format("{:.0f} s", now.seconds);
    if (sources > 0) {
        text += fmt::format("  {} sources", sources);
    }
    if (now.opened > 0) {
        text += fmt::format("  {} opened, {} streaming", now.opened, now.streaming);
        text += now.failed > 0 ? fmt::format(", {} failed", now.failed) : "";
        text += now.left > 0 ? fmt::format(", {} left", now.left) : "";
        text += now.gaps > 0 ? fmt::format(", {} gaps", now.gaps) : "";
    }
    const double passed_s = now.seconds - before.seconds;
    if (passed_s <= 0) {
        return text;
    }
    if (now.opened > 0) {
        text += fmt::format("  {:.1f} Mbit/s",
                            static_cast<double>(now.bytes - before.bytes) * 8 / 1e6 / passed_s);
    }
    if (now.server && before.server) {
        const double used_s = now.server->cpu_seconds - before.server->cpu_seconds;
        text += fmt::format("  server {:.0f} % CPU", 100 * used_s / passed_s);
    }
    return text;
}

ProgressLine::ProgressLine() : terminal_(::isatty(STDERR_FILENO) == 1) {
}

ProgressLine::~ProgressLine() {
    if (shown_) {
        std::fputc('\n', stderr);
    }
}

void ProgressLine::show(const std::string& text) {
    if (!terminal_) {
        return;
    }
    constexpr const char* kEraseToEndOfLine = "\x1B[K";
    std::fprintf(stderr, "\r%s%s", text.c_str(), kEraseToEndOfLine);
    std::fflush(stderr);
    shown_ = true;
}

}  // namespace ringcast::loadtest

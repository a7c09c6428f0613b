// SPDX-License-Identifier: Apache-2.0
// Headless Chromium, driven through chromedriver (W3C WebDriver).
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "tests/support/process.hpp"
#include "tests/support/temp_dir.hpp"

namespace ringcast::tests::support {

class Browser {
  public:
    /// Throws std::runtime_error when no session begins.
    Browser();
    ~Browser();
    Browser(const Browser&) = delete;
    Browser& operator=(const Browser&) = delete;

    void open(const std::string& url);
    /// What a script `return`s.
    [[nodiscard]] nlohmann::json evaluate(const std::string& script);
    /// Clicks, as a user would, the first button whose accessible name contains `name`; false when
    /// there is none.
    [[nodiscard]] bool press(const std::string& name);
    /// Errors of the page's console.
    [[nodiscard]] std::string console_errors();

  private:
    nlohmann::json command(const std::string& method, const std::string& path,
                           const nlohmann::json& body = nlohmann::json::object());

    TempDir home_;
    std::unique_ptr<Process> driver_;
    std::uint16_t port_ = 0;
    std::string session_;
};

}  // namespace ringcast::tests::support

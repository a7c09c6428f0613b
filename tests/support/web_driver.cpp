// SPDX-License-Identifier: Apache-2.0
#include "tests/support/web_driver.hpp"

#include <charconv>
#include <stdexcept>

#include "tests/support/http_client.hpp"

namespace ringcast::tests::support {
namespace {

nlohmann::json capabilities(const std::string& profile) {
    const nlohmann::json arguments{"--headless",
                                   "--no-sandbox",
                                   "--disable-gpu",
                                   "--disable-quic",
                                   "--disable-dev-shm-usage",
                                   "--no-first-run",
                                   "--disable-background-networking",
                                   "--disable-component-update",
                                   "--disable-sync",
                                   "--autoplay-policy=no-user-gesture-required",
                                   "--user-data-dir=" + profile};
    nlohmann::json match{{"browserName", "chrome"}};
    match["goog:chromeOptions"]["args"] = arguments;
    match["goog:loggingPrefs"]["browser"] = "SEVERE";
    return {{"capabilities", {{"alwaysMatch", match}}}};
}

}  // namespace

Browser::Browser() {
    driver_ = std::make_unique<Process>(std::vector<std::string>{"chromedriver", "--port=0"},
                                        ProcessOptions{.home = home_.path().string()});
    static constexpr std::string_view kAnnounces = "successfully on port ";
    const bool started = eventually([this] {
        const std::string output = driver_->output();
        const std::size_t at = output.find(kAnnounces);
        if (at != std::string::npos) {
            const char* const digits = output.data() + at + kAnnounces.size();
            std::from_chars(digits, output.data() + output.size(), port_);
        }
        return port_ != 0;
    });
    if (!started) {
        throw std::runtime_error("chromedriver: " + driver_->output() + driver_->errors());
    }
    session_ = command("POST", "", capabilities(home_.file("profile").string()))
                   .at("sessionId")
                   .get<std::string>();
}

Browser::~Browser() {
    try {
        (void)command("DELETE", "");
    } catch (const std::exception&) {
        // the driver is killed below
    }
}

nlohmann::json Browser::command(const std::string& method, const std::string& path,
                                const nlohmann::json& body) {
    const std::string session = session_.empty() ? "" : "/" + session_;
    WireClient wire(port_);
    HttpRequest request{.method = method, .target = "/session" + session + path};
    request.headers = {"Content-Type: application/json", "Connection: close"};
    request.body = method == "POST" ? body.dump() : "";
    wire.send(head_of(request, port_) + request.body);
    const HttpReply head{wire.read_until("\r\n\r\n", seconds{40}), ""};
    const std::string answer =
        wire.read_exactly(std::strtoul(head.header("Content-Length").c_str(), nullptr, 10));
    nlohmann::json value = nlohmann::json::parse(answer).at("value");
    if (head.status() != 200) {
        throw std::runtime_error("browser: " + value.dump());
    }
    return value;
}

void Browser::open(const std::string& url) {
    command("POST", "/url", {{"url", url}});
}

nlohmann::json Browser::evaluate(const std::string& script) {
    return command("POST", "/execute/sync",
                   {{"script", script}, {"args", nlohmann::json::array()}});
}

bool Browser::press(const std::string& name) {
    const nlohmann::json buttons =
        command("POST", "/elements", {{"using", "css selector"}, {"value", "button"}});
    for (const nlohmann::json& button : buttons) {
        const std::string path = "/element/" + button.begin()->get<std::string>();
        if (command("GET", path + "/computedlabel").get<std::string>().find(name) !=
            std::string::npos) {
            command("POST", path + "/click");
            return true;
        }
    }
    return false;
}

std::string Browser::console_errors() {
    return command("POST", "/se/log", {{"type", "browser"}}).dump();
}

}  // namespace ringcast::tests::support

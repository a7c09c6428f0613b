// SPDX-License-Identifier: Apache-2.0
#include "server/app/router.hpp"

#include <utility>
#include <variant>

#include "server/admin/index_page.hpp"
#include "server/admin/stats_xml.hpp"
#include "server/admin/status_json.hpp"
#include "server/http/playlist.hpp"
#include "server/ingest/title.hpp"

namespace ringcast::server::app {

namespace asio = boost::asio;
using http::Next;
using http::Status;
using ingest::Access;
using net::CloseReason;

namespace {

constexpr std::string_view kRealm = "Ringcast";

bool is_admin_path(const std::string& path) {
    return path == "/admin.cgi" || path == "/admin" || path.starts_with("/admin/");
}

/// What a station's titles are in when an update does not say it. UTF-8 is found out by looking.
std::optional<http::Charset> charset_of(const stations::StationEntry* entry) {
    const bool latin1 = entry != nullptr && entry->settings().charset == http::Charset::Latin1;
    return latin1 ? std::optional(http::Charset::Latin1) : std::nullopt;
}

std::optional<std::string_view> mount_query(const http::Request& request) {
    return http::find_item(request.query, "mount");
}

}  // namespace

Router::Router(Parts parts, RouterOptions options)
    : parts_(std::move(parts)), options_(std::move(options)) {
}

asio::awaitable<Next> Router::handle(http::Connection& connection, const http::Request& request) {
    if (request.method == http::Method::Options) {
        const http::Reply reply = http::options_reply();
        co_return co_await connection.reply(request, reply);
    }
    if (is_admin_path(request.path)) {
        co_return co_await admin(connection, request);
    }
    switch (request.method) {
        case http::Method::Get:
        case http::Method::Head:
            co_return co_await get(connection, request);
        case http::Method::Put:
        case http::Method::Source:
        case http::Method::Post:
            co_return co_await parts_.sources.serve(connection, request);
        case http::Method::Options:
        case http::Method::Stats:
        case http::Method::Delete:
        case http::Method::Other:
            break;
    }
    const http::Reply reply =
        http::text_reply(Status::MethodNotAllowed, "the method is not served here");
    co_return co_await connection.reply(request, reply, CloseReason::MethodNotAllowed);
}

asio::awaitable<Next> Router::handle_shoutcast(http::Connection& connection,
                                               http::ShoutcastLoginReader& login) {
    co_return co_await parts_.sources.serve_shoutcast(connection, login);
}

asio::awaitable<Next> Router::get(http::Connection& connection, const http::Request& request) {
    if (request.path == "/") {
        const http::Reply reply = admin::index_page_reply(options_.server_name);
        co_return co_await connection.reply(request, reply);
    }
    if (request.path == "/healthz") {
        const http::Reply reply = http::text_reply(Status::Ok, "ok");
        co_return co_await connection.reply(request, reply);
    }
    if (request.path == "/status-json.xsl") {
        const http::Reply reply = admin::status_json_reply(parts_.snapshot(), mount_query(request));
        co_return co_await connection.reply(request, reply);
    }
    if (auto entry = parts_.registry.find(request.path); entry && entry->broadcast().live) {
        co_return co_await parts_.listeners.serve(connection, request, entry);
    }
    if (const auto playlist_path = http::parse_playlist_path(request.path)) {
        if (auto entry = parts_.registry.find(playlist_path->mount)) {
            co_return co_await playlist(connection, request, playlist_path->format, *entry);
        }
    }
    const http::Reply reply =
        http::text_reply(Status::NotFound, "The file you requested could not be found");
    co_return co_await connection.reply(request, reply, CloseReason::NotFound);
}

asio::awaitable<Next> Router::playlist(http::Connection& connection, const http::Request& request,
                                       http::PlaylistFormat format,
                                       const stations::StationEntry& entry) {
    const http::PublicAddress address{
        .scheme = "http", .hostname = options_.hostname, .port = options_.public_port};
    const stations::Broadcast broadcast = entry.broadcast();
    const http::Reply reply = http::playlist_reply(
        format, {.url = http::stream_url(request.header("Host"), address, entry.mount()),
                 .name = broadcast.source.name,
                 .title = entry.now_playing().title,
                 .info = broadcast.source.description});
    co_return co_await connection.reply(request, reply);
}

asio::awaitable<Next> Router::refuse(http::Connection& connection, const http::Request& request,
                                     Access access) {
    if (access == Access::Busy) {
        const http::Reply reply =
            http::text_reply(Status::ServiceUnavailable, "busy, please try again later");
        co_return co_await connection.reply(request, reply, CloseReason::VerifierBusy);
    }
    const http::Reply reply = http::unauthorized_reply(kRealm);
    co_return co_await connection.reply(request, reply, CloseReason::Unauthorized);
}

asio::awaitable<Next> Router::admin(http::Connection& connection, const http::Request& request) {
    if (request.path == "/admin/metadata") {
        co_return co_await metadata(connection, request, http::MetadataDoor::Icecast);
    }
    if (request.path == "/admin.cgi") {
        co_return co_await metadata(connection, request, http::MetadataDoor::Shoutcast);
    }
    const auto credentials = request.basic_credentials();
    Access access = Access::Denied;
    if (credentials) {
        access = co_await parts_.gate.is_admin(*credentials);
    }
    if (access != Access::Granted) {
        co_return co_await refuse(connection, request, access);
    }
    if (request.path == "/admin/stats" || request.path == "/admin/stats.xml") {
        const auto mount = mount_query(request);
        if (mount && parts_.registry.find(*mount) == nullptr) {
            const http::Reply reply = http::metadata_no_source_reply();
            co_return co_await connection.reply(request, reply, CloseReason::NotFound);
        }
        const http::Reply reply = admin::stats_xml_reply(parts_.snapshot(), mount);
        co_return co_await connection.reply(request, reply);
    }
    const http::Reply reply = http::text_reply(Status::BadRequest, "Unknown command");
    co_return co_await connection.reply(request, reply, CloseReason::NotFound);
}

asio::awaitable<Next> Router::metadata(http::Connection& connection, const http::Request& request,
                                       http::MetadataDoor door) {
    http::Query query = request.query;
    if (request.method == http::Method::Post) {
        const std::optional<std::string> body = co_await connection.read_form(request);
        if (!body) {
            co_return Next::Close;
        }
        const auto form = http::parse_form(*body);
        if (form) {
            query.insert(query.end(), form->begin(), form->end());
        }
    }
    const http::MetadataTarget target = http::parse_metadata_target(query, door);
    std::string mount = target.mount.value_or("");
    if (!target.mount && door == http::MetadataDoor::Shoutcast) {
        mount = connection.port().shoutcast_mount;
    }
    const std::shared_ptr<stations::StationEntry> entry = parts_.registry.find(mount);
    std::optional<http::Credentials> credentials = request.basic_credentials();
    if (!credentials && target.password) {
        credentials.emplace();
        credentials->user = entry ? entry->settings().user : options_.default_user;
        credentials->password = *target.password;
    }
    if (!credentials && door == http::MetadataDoor::Shoutcast) {
        const http::Reply reply = http::text_reply(Status::BadRequest, "missing pass parameter");
        co_return co_await connection.reply(request, reply, CloseReason::Unauthorized);
    }
    Access access = Access::Denied;
    if (credentials) {
        access = co_await parts_.gate.may_write(entry.get(), *credentials);
    }
    if (access != Access::Granted) {
        co_return co_await refuse(connection, request, access);
    }
    const auto parsed = http::parse_metadata_update(query, door, charset_of(entry.get()));
    if (const auto* refusal = std::get_if<http::Reply>(&parsed)) {
        co_return co_await connection.reply(request, *refusal);
    }
    if (!entry || !co_await update_title(entry, std::get<http::MetadataUpdate>(parsed))) {
        const http::Reply reply = http::metadata_no_source_reply();
        co_return co_await connection.reply(request, reply, CloseReason::NotFound);
    }
    const http::Reply reply = http::metadata_done_reply(door);
    co_return co_await connection.reply(request, reply);
}

/// A title enters the timeline on the thread of the station's writer. False when there is none.
asio::awaitable<bool> Router::update_title(const std::shared_ptr<stations::StationEntry>& entry,
                                           const http::MetadataUpdate& update) {
    const stations::Writer writer = entry->writer();
    if (writer.id == 0) {
        co_return false;
    }
    net::Worker& worker = *parts_.workers[writer.worker];
    co_return co_await net::run_on(worker, [&worker, &entry, &update, id = writer.id] {
        if (entry->writer().id != id) {
            return false;  // it left in the meantime
        }
        stations::NowPlaying now_playing = entry->now_playing();
        if (update.title) {
            now_playing.title = *update.title;
            now_playing.url.clear();
        }
        if (update.url) {
            now_playing.url = *update.url;
        }
        ingest::set_title(*entry, now_playing, 0);
        worker.counters.add(runtime::Counter::TitleUpdates);
        return true;
    });
}

}  // namespace ringcast::server::app

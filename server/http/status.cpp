// SPDX-License-Identifier: Apache-2.0
#include "server/http/status.hpp"

namespace ringcast::server::http {

std::string_view reason_phrase(Status status) {
    switch (status) {
        case Status::Ok:
            return "OK";
        case Status::NoContent:
            return "No Content";
        case Status::MovedPermanently:
            return "Moved Permanently";
        case Status::Found:
            return "Found";
        case Status::BadRequest:
            return "Bad Request";
        case Status::Unauthorized:
            return "Unauthorized";
        case Status::Forbidden:
            return "Forbidden";
        case Status::NotFound:
            return "Not Found";
        case Status::MethodNotAllowed:
            return "Method Not Allowed";
        case Status::RequestTimeout:
            return "Request Timeout";
        case Status::Conflict:
            return "Conflict";
        case Status::LengthRequired:
            return "Length Required";
        case Status::ContentTooLarge:
            return "Content Too Large";
        case Status::UnsupportedMediaType:
            return "Unsupported Media Type";
        case Status::HeadersTooLarge:
            return "Request Header Fields Too Large";
        case Status::InternalError:
            return "Internal Server Error";
        case Status::NotImplemented:
            return "Not Implemented";
        case Status::ServiceUnavailable:
            return "Service Unavailable";
        case Status::VersionNotSupported:
            return "HTTP Version Not Supported";
    }
    return "";
}

}  // namespace ringcast::server::http

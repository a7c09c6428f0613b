// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value, or why there is none. For the world's faults; our own bugs are check()s.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <utility>

namespace ringcast::core {

enum class Errc {
    PoolExhausted,  ///< no free extents, or none that map as few enough areas
    TableFull,      ///< no free record
    OutOfMemory,    ///< the kernel refused memory
    System,         ///< another system call failed; `message` has errno's text
    Incompatible,   ///< a pool of another version or layout
    MalformedBody,  ///< a chunked body that breaks RFC 9112 section 7.1
};

struct Error {
    Errc code;
    std::string message;
};

template <class T>
using Result = boost::system::result<T, Error>;

[[noreturn]] inline void throw_exception_from_error(const Error& error,
                                                    const boost::source_location& /*where*/) {
    throw std::runtime_error(error.message);
}

}  // namespace ringcast::core

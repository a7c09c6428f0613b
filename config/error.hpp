// SPDX-License-Identifier: Apache-2.0
// What is wrong with a configuration: where, which value, what was expected.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ringcast::config {

struct Error {
    std::string path;      ///< "stations[2].burst", "line 3, column 7", or a file's name
    std::string value;     ///< as written in JSON, shortened, "***" for a password; or empty
    std::string fault;     ///< "is not a size", "missing"
    std::string expected;  ///< "64KiB to 1GiB"; or empty
    std::string meant;     ///< the close name for "did you mean"; or empty
};

/// In the order of the settings table; at most kErrorsMax.
using Errors = std::vector<Error>;
inline constexpr std::size_t kErrorsMax = 100;

template <class T>
using Result = boost::system::result<T, Errors>;

/// One line without its end: `path: value fault; expected ...; did you mean "..."?`.
[[nodiscard]] std::string to_string(const Error& error);

/// For boost::system::result: throws std::runtime_error with all messages.
[[noreturn]] void throw_exception_from_error(const Errors& errors,
                                             const boost::source_location& where);

/// `text` fit for one line of a terminal: control characters escaped as in JSON, cut behind about
/// 60 bytes, never within a character.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace ringcast::config

// What can go wrong in the journal, as an error category.
#pragma once

#include <boost/system/error_code.hpp>

namespace swarmboard::persistence {

enum class JournalErrc {
  Damaged = 1,  // Stored bytes fail their check, or a unit is missing between two others.
  Io,           // The system refused a read or write.
  InUse,        // Another process has this journal open.
  NewerFormat,  // Written by a newer version of this program.
  BadName,      // A team or stream name that no key can hold.
  Closed,       // After close().
  Overloaded,   // Too many reads are waiting.
  NoSpace,      // Below the free-space limit: nothing was written.
};

const boost::system::error_category& journal_category();
boost::system::error_code make_error_code(JournalErrc errc);

}  // namespace swarmboard::persistence

template <>
struct boost::system::is_error_code_enum<swarmboard::persistence::JournalErrc> : std::true_type {};

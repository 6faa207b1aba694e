#include "persistence/errc.h"

#include <string>

namespace swarmboard::persistence {
namespace {

class JournalCategory final : public boost::system::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "journal"; }

  [[nodiscard]] std::string message(int value) const override {
    switch (static_cast<JournalErrc>(value)) {
      case JournalErrc::Damaged:
        return "the journal is damaged";
      case JournalErrc::Io:
        return "the system refused a read or write of the journal";
      case JournalErrc::InUse:
        return "another process has the journal open";
      case JournalErrc::NewerFormat:
        return "the journal was written by a newer version";
      case JournalErrc::BadName:
        return "not a name of a team or stream";
      case JournalErrc::Closed:
        return "the journal is closed";
      case JournalErrc::Overloaded:
        return "too many reads are waiting";
      case JournalErrc::NoSpace:
        return "there is too little free space for the journal";
    }
    return "unknown journal error";
  }
};

}  // namespace

const boost::system::error_category& journal_category() {
  static const JournalCategory category;
  return category;
}

boost::system::error_code make_error_code(JournalErrc errc) {
  return {static_cast<int>(errc), journal_category()};
}

}  // namespace swarmboard::persistence

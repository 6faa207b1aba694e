#include "server/room/replay.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "server/base/limits.h"
#include "server/board/snapshot.h"
#include "server/room/fold.h"
#include "server/room/past.h"

namespace swarmboard::room {
namespace {

using persistence::Journal;
using persistence::Result;
using persistence::StreamName;
using persistence::UnitPage;

boost::system::error_code damaged() {
  return make_error_code(boost::system::errc::illegal_byte_sequence);
}

// One reading of a state: keyframe, then pages of units, all in callbacks of the journal.
class StateReader : public std::enable_shared_from_this<StateReader> {
 public:
  StateReader(Journal& journal, StreamName name, std::uint64_t seq,
              std::function<void(Result<ReplayState>)> done)
      : journal_(journal), name_(std::move(name)), seq_(seq), done_(std::move(done)) {}

  void start() {
    journal_.keyframe_at(
        name_, seq_, board::kStateVersion,
        [self = shared_from_this()](Result<std::optional<persistence::KeyframeBytes>> found) {
          // Without a good keyframe the log alone gives the same state.
          if (found && *found) {
            if (auto past = Past::from(**found); past && past->seq() <= self->seq_) {
              self->past_ = *std::move(past);
            }
          }
          self->read();
        });
  }

 private:
  void read() {
    journal_.read(name_, past_.seq() + 1, {.seq_max = seq_},
                  [self = shared_from_this()](Result<UnitPage> page) { self->on_page(page); });
  }

  void on_page(const Result<UnitPage>& page) {
    if (!page) {
      done_(page.error());
      return;
    }
    const std::uint64_t before = past_.seq();
    for (const persistence::Unit& unit : page->units) {
      if (past_.seq() >= seq_) {
        break;
      }
      if (!past_.add(unit, seq_)) {
        done_(damaged());
        return;
      }
    }
    if (past_.seq() < std::min(seq_, page->head.seq)) {
      if (past_.seq() == before) {
        done_(damaged());
      } else {
        read();
      }
      return;
    }
    finish(page->head.seq);
  }

  void finish(std::uint64_t head) {
    v1::Snapshot header;
    header.set_seq(past_.seq());
    header.set_chain(past_.chain());
    header.set_last_at_ms(past_.last_at_ms());
    ReplayState state;
    state.seq = past_.seq();
    state.head = head;
    state.at_ms = past_.last_at_ms();
    state.snapshot = header.SerializeAsString() + past_.public_records();
    done_(std::move(state));
  }

  Journal& journal_;
  const StreamName name_;
  const std::uint64_t seq_;
  const std::function<void(Result<ReplayState>)> done_;
  Past past_;
};

Result<std::string> encode_page(const UnitPage& units, std::uint64_t from, std::size_t bytes_max) {
  std::string events;
  std::uint64_t to = from - 1;
  bool full = false;
  for (const persistence::Unit& unit : units.units) {
    const auto checked = check_unit(unit);
    if (!checked) {
      return damaged();
    }
    for (const CheckedEvent& entry : *checked) {
      if (entry.event.seq() < from || full) {
        continue;
      }
      if (!entry.event.public_part().empty()) {
        append_field(events, v1::EventPage::kEventsFieldNumber, entry.event.public_part());
      }
      to = entry.event.seq();
      full = events.size() >= bytes_max;
    }
  }
  v1::EventPage page;
  page.set_from(from);
  page.set_to(to);
  page.set_head(units.head.seq);
  return page.SerializeAsString() + events;
}

}  // namespace

void read_state_at(Journal& journal, StreamName name, std::uint64_t seq,
                   std::function<void(Result<ReplayState>)> done) {
  std::make_shared<StateReader>(journal, std::move(name), seq, std::move(done))->start();
}

void read_events(Journal& journal, StreamName name, std::uint64_t from, std::size_t bytes_max,
                 std::function<void(Result<std::string>)> done) {
  const std::uint64_t first = std::max<std::uint64_t>(from, 1);
  journal.read(
      std::move(name), first, {bytes_max},
      [first, bytes_max, done = std::move(done)](const Result<UnitPage>& page) {
        done(page ? encode_page(*page, first, bytes_max) : Result<std::string>(page.error()));
      });
}

}  // namespace swarmboard::room

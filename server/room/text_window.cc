#include "server/room/text_window.h"

#include <algorithm>
#include <utility>

#include "server/base/limits.h"
#include "server/board/kinds.h"
#include "server/board/policy.h"

namespace swarmboard::room {

void TextWindow::begin(std::uint64_t seq) {
  entries_.clear();
  bytes_ = 0;
  known_after_ = seq;
  last_seq_ = seq;
}

void TextWindow::note(std::uint64_t seq, std::span<const board::RecordChange> changes) {
  last_seq_ = seq;
  for (const board::RecordChange& change : changes) {
    if (change.before == nullptr || board::text_fields(change.key.kind).empty()) {
      continue;
    }
    if (change.after == nullptr) {
      add({seq, change.key, 0, std::nullopt});
    } else {
      note_texts(seq, change);
    }
  }
}

void TextWindow::note_texts(std::uint64_t seq, const board::RecordChange& change) {
  for (const auto* field : board::text_fields(change.key.kind)) {
    const auto number = static_cast<std::uint32_t>(field->number());
    const auto delta =
        std::find_if(change.text.begin(), change.text.end(),
                     [&](const v1::TextDelta& found) { return found.field() == number; });
    if (delta != change.text.end()) {
      if (auto read = text::read(delta->change())) {
        add({seq, change.key, number, std::move(*read)});
      }
      continue;
    }
    const std::string before = board::text_of(*change.before, *field);
    const std::string after = board::text_of(*change.after, *field);
    if (before != after) {
      add({seq, change.key, number, text::difference(before, after)});
    }
  }
}

std::size_t TextWindow::bytes_of(const Entry& entry) {
  return entry.change ? entry.change->bytes() + entry.change->parts.size() * sizeof(text::Part) : 0;
}

void TextWindow::add(Entry entry) {
  bytes_ += bytes_of(entry);
  entries_.push_back(std::move(entry));
  while (entries_.size() > limits::kTextWindowChangesMax || bytes_ > limits::kTextWindowBytesMax) {
    known_after_ = entries_.front().seq;
    bytes_ -= bytes_of(entries_.front());
    entries_.pop_front();
  }
}

void TextWindow::forget_after(std::uint64_t seq) {
  while (!entries_.empty() && entries_.back().seq > seq) {
    bytes_ -= bytes_of(entries_.back());
    entries_.pop_back();
  }
  known_after_ = std::min(known_after_, seq);
  last_seq_ = std::min(last_seq_, seq);
}

std::optional<std::vector<text::Change>> TextWindow::since(const board::RecordKey& record,
                                                           std::uint32_t field,
                                                           std::uint64_t seq) const {
  if (seq < known_after_ || seq > last_seq_) {
    return std::nullopt;
  }
  std::vector<text::Change> changes;
  auto entry =
      std::upper_bound(entries_.begin(), entries_.end(), seq,
                       [](std::uint64_t wanted, const Entry& other) { return wanted < other.seq; });
  for (; entry != entries_.end(); ++entry) {
    if (entry->record != record) {
      continue;
    }
    if (!entry->change) {
      return std::nullopt;
    }
    if (entry->field == field) {
      changes.push_back(*entry->change);
    }
  }
  return changes;
}

}  // namespace swarmboard::room

#include "tests/sim/typing.h"

#include <algorithm>
#include <utility>

#include "server/board/apply.h"
#include "server/board/kinds.h"
#include "server/board/policy.h"
#include "server/text/units.h"
#include "tests/sim/tokens.h"

namespace swarmboard::sim {
namespace {

constexpr std::size_t kPlacesRemovedMax = 9;

// The bytes at which words may be put in or cut: between characters, and not inside a token.
std::vector<std::size_t> places(std::string_view text) {
  std::vector<std::size_t> places{0};
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t token = token_bytes(text.substr(at));
    at += std::max<std::size_t>(token, 1);
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) {
      ++at;
    }
    places.push_back(at);
  }
  return places;
}

std::string applied(const std::string& text, const text::Change& change, Findings& findings) {
  auto after = text::changed(text, change);
  if (!after) {
    findings.report("P11", "a change does not fit the text that its author sees");
  }
  return after.value_or(text);
}

TextAsk ask_of(const TextPlace& place, const text::Change& change, std::string_view text) {
  TextAsk ask{place.record.kind, place.record.id, place.field, {}, {}};
  for (const text::Part& part : change.parts) {
    if (part.kind == text::Part::Kind::Insert) {
      const auto tokens = find_tokens(part.inserted);
      ask.inserted.insert(ask.inserted.end(), tokens.begin(), tokens.end());
      continue;
    }
    const std::size_t bytes = text::bytes_of_units(text, part.units).value_or(text.size());
    if (part.kind == text::Part::Kind::Remove) {
      const auto tokens = find_tokens(text.substr(0, bytes));
      ask.removed.insert(ask.removed.end(), tokens.begin(), tokens.end());
    }
    text.remove_prefix(bytes);
  }
  return ask;
}

// The change that an event made to a text: as it says, or the shortest replacement.
text::Change change_by(const v1::Event& event, const TextPlace& place, const std::string& before,
                       const std::string& after) {
  for (const v1::Upsert& upsert : event.patch().upsert()) {
    if (board::key_of(upsert.record()) != place.record) {
      continue;
    }
    for (const v1::TextDelta& delta : upsert.text()) {
      if (delta.field() == place.field) {
        auto change = text::read(delta.change());
        return change ? std::move(*change) : text::Change{};
      }
    }
  }
  return text::difference(before, after);
}

}  // namespace

std::optional<std::string> text_in(const board::State& state, const TextPlace& place) {
  const board::RecordPtr record = state.find(place.record.kind, place.record.id);
  if (record != nullptr) {
    for (const auto* field : board::text_fields(place.record.kind)) {
      if (static_cast<std::uint32_t>(field->number()) == place.field) {
        return board::text_of(*record, *field);
      }
    }
  }
  return std::nullopt;
}

text::Change typed(Random& random, std::string_view text, const std::string& words) {
  const std::vector<std::size_t> cuts = places(text);
  const std::size_t from = below(random, cuts.size());
  const bool removes = from + 1 < cuts.size() && chance(random, 0.25);
  const std::size_t to =
      removes ? std::min(cuts.size() - 1, from + 1 + below(random, kPlacesRemovedMax)) : from;
  text::Change change;
  change.keep(text::units_of(text.substr(0, cuts[from])));
  if (!removes || chance(random, 0.3)) {
    change.insert(words);
  }
  change.remove(text::units_of(text.substr(cuts[from], cuts[to] - cuts[from])));
  change.keep(text::units_of(text.substr(cuts[to])));
  return change;
}

std::string Typing::seen(const TextPlace& place, const std::string& confirmed) const {
  const auto draft = drafts_.find(place);
  return draft == drafts_.end() ? confirmed : draft->second.view;
}

void Typing::type(const TextPlace& place, const std::string& confirmed,
                  const text::Change& change) {
  const auto [entry, fresh] = drafts_.try_emplace(place);
  Draft& draft = entry->second;
  if (fresh) {
    draft.view = confirmed;
  }
  draft.buffer = draft.buffer ? text::compose(*draft.buffer, change) : change;
  draft.view = applied(draft.view, change, findings_);
}

std::optional<Typing::Edit> Typing::send(const TextPlace& place, const std::string& confirmed,
                                         const TextBase& base, std::uint64_t number) {
  const auto entry = drafts_.find(place);
  if (entry == drafts_.end() || entry->second.under_way || !entry->second.buffer) {
    return std::nullopt;
  }
  Draft& draft = entry->second;
  draft.under_way = std::exchange(draft.buffer, std::nullopt);
  draft.number = number;
  Edit edit;
  v1::TextEdit& command = *edit.command.mutable_text_edit();
  command.mutable_target()->set_kind(place.record.kind);
  command.mutable_target()->set_id(place.record.id);
  command.set_field(place.field);
  command.set_base_seq(base.seq);
  command.set_base_epoch(base.epoch);
  *command.mutable_change() = text::write(*draft.under_way);
  edit.ask = ask_of(place, *draft.under_way, confirmed);
  return edit;
}

std::vector<TextPlace> Typing::waiting(const std::string& stream) const {
  std::vector<TextPlace> found;
  for (const auto& [place, draft] : drafts_) {
    if (place.stream == stream && !draft.under_way && draft.buffer) {
      found.push_back(place);
    }
  }
  return found;
}

bool Typing::is_typing(const std::string& stream) const {
  return std::any_of(drafts_.begin(), drafts_.end(),
                     [&](const auto& entry) { return entry.first.stream == stream; });
}

void Typing::hear(const std::string& stream, const v1::Event& event, const board::State& before,
                  const board::State& after, std::uint64_t own_number) {
  for (auto entry = drafts_.begin(); entry != drafts_.end();) {
    const auto& [place, draft] = *entry;
    const auto then = text_in(before, place);
    const auto now = text_in(after, place);
    if (place.stream != stream || !then) {
      ++entry;
      continue;
    }
    if (!now) {
      entry = drafts_.erase(entry);  // Binned: what was typed goes back to its author.
      continue;
    }
    const text::Change change = change_by(event, place, *then, *now);
    if (draft.under_way && own_number != 0 && draft.number == own_number) {
      if (change != *draft.under_way) {
        findings_.report("P11", "a change was accepted as another one than its author expects");
      }
      entry->second.under_way.reset();
    } else if (!change.changes_nothing()) {
      carry_over(entry->second, change);
    }
    const bool done = !draft.under_way && !draft.buffer;
    if (done && draft.view != *now) {
      findings_.report("P11", "who has nothing under way sees another text of " + place.record.id);
    }
    entry = done ? drafts_.erase(entry) : std::next(entry);
  }
}

void Typing::carry_over(Draft& draft, const text::Change& theirs_first) {
  text::Change theirs = theirs_first;
  for (std::optional<text::Change>* mine : {&draft.under_way, &draft.buffer}) {
    if (*mine) {
      text::Change moved = text::transform(**mine, theirs, text::Side::Right);
      theirs = text::transform(theirs, **mine, text::Side::Left);
      *mine = std::move(moved);
    }
  }
  draft.view = applied(draft.view, theirs, findings_);
}

void Typing::refused(const std::string& stream, std::uint64_t number) {
  std::erase_if(drafts_, [&](const auto& entry) {
    return entry.first.stream == stream && entry.second.under_way && entry.second.number == number;
  });
}

void Typing::forget(const std::string& stream) {
  std::erase_if(drafts_, [&](const auto& entry) { return entry.first.stream == stream; });
}

void Typing::check_at_rest(const std::string& stream, const board::State& state) const {
  for (const auto& [place, draft] : drafts_) {
    if (place.stream == stream && text_in(state, place) != draft.view) {
      findings_.report("P11", "what somebody typed in " + place.record.id + " was never sent");
    }
  }
}

}  // namespace swarmboard::sim

#include "tests/sim/oracle.h"

#include <algorithm>
#include <utility>
#include <xxhash.h>

#include "server/board/apply.h"
#include "server/board/groups.h"
#include "server/board/invariants.h"
#include "server/board/kinds.h"

namespace swarmboard::sim {
namespace {

std::uint64_t next_chain(std::string_view bytes, std::uint64_t chain) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), chain);
}

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out.push_back(kDigits[static_cast<unsigned char>(c) >> 4]);
    out.push_back(kDigits[static_cast<unsigned char>(c) & 15]);
  }
  return out;
}

// The note id as it becomes a record id, whether the journal keeps it as bytes or in text form.
std::string card_name(const std::string& id) {
  return id.size() == 16 ? hex(id) : id;
}

// The stage's word for this kind of record, spelled out here a second time on purpose.
std::string stage_word(const v1::Record& record) {
  switch (record.body_case()) {
    case v1::Record::kNote:
      return v1::NoteKind_Name(record.note().kind()).substr(std::string("NOTE_KIND_").size());
    case v1::Record::kObjection:
      return "OBJECTION";
    case v1::Record::kResponse:
      return "RESPONSE";
    case v1::Record::kEvidence:
      return "EVIDENCE";
    case v1::Record::kBlocker:
      return "BLOCKER";
    default:
      return {};
  }
}

std::string running_stage(const board::State& state) {
  std::string running;
  state.each<v1::Session>(
      [&](const std::string&, const v1::Session& session) { running = session.running_stage(); });
  return running;
}

bool is_closed(const board::State& state) {
  bool closed = false;
  state.each<v1::Session>(
      [&](const std::string&, const v1::Session& session) { closed = session.has_closed_at_ms(); });
  return closed;
}

bool must_be_hidden(const board::State& before, const v1::Record& record) {
  const std::string word = stage_word(record);
  const auto* stage = before.get<v1::Stage>(running_stage(before));
  if (word.empty() || stage == nullptr || stage->has_revealed_at_ms()) {
    return false;
  }
  const auto& kinds = stage->private_kinds().items();
  const bool listed = std::find(kinds.begin(), kinds.end(), word) != kinds.end();
  if (stage->visibility() == v1::VISIBILITY_PRIVATE_UNTIL_REVEAL) {
    return kinds.empty() || listed;
  }
  return stage->visibility() == v1::VISIBILITY_OPEN && listed;
}

}  // namespace

board::State OracleStream::state_at(std::uint64_t seq) const {
  if (seq == head()) {
    return state;
  }
  const std::size_t checkpoint = seq / kCheckpointEvery;
  board::State at = checkpoint == 0 ? board::State{} : checkpoints[checkpoint - 1];
  for (std::size_t i = checkpoint * kCheckpointEvery; i < seq; ++i) {
    (void)board::apply_stored(at, events[i].stored);
  }
  return at;
}

std::vector<const std::string*> OracleStream::parts_for(std::uint64_t seq,
                                                        const std::string& member) const {
  std::vector<const std::string*> parts;
  const v1::StoredEvent& stored = events[seq - 1].stored;
  if (!stored.public_part().empty()) {
    parts.push_back(&stored.public_part());
  }
  for (const v1::LanePart& lane : stored.lanes()) {
    if (std::find(lane.members().begin(), lane.members().end(), member) != lane.members().end()) {
      parts.push_back(&lane.event());
    }
  }
  return parts;
}

void Oracle::catch_up(const persistence::SimDisk& disk) {
  if (disk.epochs().last() != epoch_) {
    streams_.clear();
    secrecy_.clear();
    cards_.clear();
    entries_read_ = 0;
    epoch_ = disk.epochs().last();
  }
  for (; entries_read_ < disk.synced(); ++entries_read_) {
    const persistence::SimEntry& entry = *disk.log()[entries_read_];
    if (entry.team == team_) {
      read_entry(entry);
      judge_mirrors();
    }
  }
}

// A mirror copies what another stream of the same group shows; the group may bring it first.
void Oracle::judge_mirrors() {
  for (const auto& [token, where] : mirrored_) {
    Secrecy& secrecy = secrecy_[token];
    if (!secrecy.is_public && !secrecy.readers.empty()) {
      findings_.report("P6", "a secret " + to_text(token) + " was published by a mirror: " + where);
    }
    secrecy.is_public = true;
  }
  mirrored_.clear();
}

const OracleStream* Oracle::find(const std::string& stream) const {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? nullptr : &found->second;
}

bool Oracle::may_have(const Token& token, const std::string& member) const {
  const auto found = secrecy_.find(token);
  return found != secrecy_.end() &&
         (found->second.is_public || found->second.readers.contains(member));
}

bool Oracle::holds_card(const std::string& stream, const std::string& note_id) const {
  const OracleStream* truth = find(stream);
  if (truth == nullptr) {
    return false;
  }
  for (const auto& [bucket, cards] : truth->sealed) {
    for (const auto& [id, value] : cards) {
      if (card_name(id) == card_name(note_id)) {
        return true;
      }
    }
  }
  return truth->state.get<v1::Note>(card_name(note_id)) != nullptr;
}

void Oracle::check_copies(const std::string& stream) const {
  const OracleStream* session = find(stream);
  const OracleStream* library = find("");
  if (session == nullptr || library == nullptr || is_closed(session->state)) {
    return;
  }
  for (const auto& [key, record] : session->state.records()) {
    const board::RecordPtr filed = library->state.find(key.kind, key.id);
    if (filed == nullptr || filed->has_only_for() || record->has_only_for()) {
      continue;
    }
    // A group is of one board and is not filed.
    v1::Record copy = *record;
    v1::Record original = *filed;
    if (board::group_field_number(key.kind) != 0) {
      board::clear_group_of(copy);
      board::clear_group_of(original);
    }
    if (copy.SerializeAsString() != original.SerializeAsString()) {
      findings_.report("P10",
                       stream + " holds an old copy of " + std::to_string(key.kind) + "/" + key.id);
    }
  }
}

bool Oracle::knows_card(const std::string& note_id) const {
  return cards_.contains(card_name(note_id));
}

void Oracle::read_entry(const persistence::SimEntry& entry) {
  for (const persistence::Unit& unit : entry.group.units) {
    read_unit(unit);
  }
  for (const persistence::SealedDrop& drop : entry.group.sealed_drops) {
    streams_[drop.stream].sealed.erase(drop.bucket);
  }
  for (const persistence::SealedPut& put : entry.group.sealed_puts) {
    streams_[put.stream].sealed[put.bucket][put.id] = put.value;
    cards_.insert(card_name(put.id));
    if (put.value.size() % 1024 > 64) {
      findings_.report("P6", "a sealed card's size tells the length of its text");
    }
  }
  check_revealed_buckets();
}

// What a reveal shows is not kept sealed beside it: it would be shown, or counted, twice.
void Oracle::check_revealed_buckets() {
  for (const auto& [stream, stage] : revealed_) {
    const auto& sealed = streams_[stream].sealed;
    if (const auto bucket = sealed.find(stage); bucket != sealed.end() && !bucket->second.empty()) {
      findings_.report("P2", std::to_string(bucket->second.size()) +
                                 " anonymous cards are still sealed after their reveal");
    }
  }
  revealed_.clear();
}

void Oracle::read_unit(const persistence::Unit& unit) {
  OracleStream& stream = streams_[unit.stream];
  v1::StoredUnit stored;
  if (unit.payload == nullptr || !stored.ParseFromString(*unit.payload)) {
    findings_.report("log", "a unit cannot be read");
    return;
  }
  const std::uint64_t chain_before = stream.events.empty() ? 0 : stream.events.back().chain;
  if (unit.first_seq != stream.head() + 1 || unit.chain_before != chain_before ||
      static_cast<int>(unit.count) != stored.events_size()) {
    findings_.report("log", "a unit does not continue its stream " + unit.stream);
    return;
  }
  if (unit.payload->find("~o") != std::string::npos) {
    for (const Token& token : find_tokens(*unit.payload)) {
      if (token.kind == 'o') {
        findings_.report("P6", "an off-the-record card is on disk");
      }
    }
  }
  check_numbers(stream, stored);
  for (const v1::StoredEvent& event : stored.events()) {
    read_event(stream, unit.stream, event);
  }
  if (!stream.events.empty() && stream.events.back().chain != unit.chain_after) {
    findings_.report("log", "the chain of a unit is not that of its events");
  }
}

void Oracle::check_numbers(OracleStream& stream, const v1::StoredUnit& unit) {
  std::map<std::string, std::vector<std::uint64_t>> numbers;
  std::map<std::string, std::uint64_t> last_event;
  for (const v1::StoredEvent& event : unit.events()) {
    if (event.cmd_no() == 0) {
      continue;
    }
    numbers[event.client_id()].push_back(event.cmd_no());
    if (event.cmd_no() <= last_event[event.client_id()]) {
      findings_.report("P5", "events of one client are out of order");
    }
    last_event[event.client_id()] = event.cmd_no();
  }
  for (const v1::ClientMark& mark : unit.marks()) {
    numbers[mark.client_id()].push_back(mark.cmd_no());
  }
  for (auto& [client, list] : numbers) {
    std::sort(list.begin(), list.end());
    for (const std::uint64_t number : list) {
      std::uint64_t& last = stream.last_number[client];
      if (number != last + 1) {
        findings_.report("P5", "command " + std::to_string(number) + " was logged after " +
                                   std::to_string(last));
      }
      last = number;
    }
  }
}

void Oracle::read_event(OracleStream& stream, const std::string& name,
                        const v1::StoredEvent& stored) {
  if (stored.seq() != stream.head() + 1) {
    findings_.report("log", "sequence numbers have a gap in " + name);
  }
  if (stored.at_ms() < stream.last_at_ms) {
    findings_.report("log", "time fell in " + name);
  }
  stream.last_at_ms = stored.at_ms();
  read_public(stream, name, stored);
  read_lanes(stored);
  if (const auto applied = board::apply_stored(stream.state, stored); applied.has_error()) {
    findings_.report("log", "an event does not fit its state: " + applied.error().what);
  }
  const std::uint64_t before = stream.events.empty() ? 0 : stream.events.back().chain;
  stream.events.push_back({stored, next_chain(stored.SerializeAsString(), before)});
  if (stream.head() % OracleStream::kCheckpointEvery == 0) {
    stream.checkpoints.push_back(stream.state);
  }
  if (!name.empty()) {
    for (const std::string& broken : board::broken_invariants(stream.state)) {
      findings_.report("invariant", broken + " after event " + std::to_string(stored.seq()));
    }
  }
}

void Oracle::read_public(const OracleStream& stream, const std::string& name,
                         const v1::StoredEvent& stored) {
  if (stored.public_part().empty()) {
    return;
  }
  v1::Event event;
  if (!event.ParseFromString(stored.public_part())) {
    findings_.report("log", "a public part cannot be read");
    return;
  }
  for (const v1::Upsert& upsert : event.patch().upsert()) {
    const v1::Record& record = upsert.record();
    const auto* vote = stream.state.get<v1::Vote>(record.ballot().vote());
    const bool is_secret_ballot = record.has_ballot() && (vote == nullptr || vote->hidden());
    if (record.has_only_for() || is_secret_ballot || record.has_facilitator_feedback()) {
      findings_.report("P6", "a private record of kind " + std::to_string(record.body_case()) +
                                 " is in a public part of event " + std::to_string(event.seq()) +
                                 ", intent " + std::to_string(event.intent().body_case()));
    }
    if (record.note().anonymous() && (record.note().has_author() || record.note().late())) {
      findings_.report("P6", "an anonymous note says who wrote it");
    }
  }
  const bool is_reveal = event.intent().has_reveal_stage();
  if (is_reveal) {
    check_reveal(stream, name, event);
  }
  const bool is_mirror = event.intent().has_mirror_library();
  for (const v1::Upsert& upsert : event.patch().upsert()) {
    for (const Token& token : find_tokens(upsert.record().SerializeAsString())) {
      Secrecy& secrecy = secrecy_[token];
      const bool was_secret = !secrecy.is_public && !secrecy.readers.empty();
      const bool is_new = !secrecy.is_public && secrecy.readers.empty();
      if (is_mirror) {
        mirrored_.emplace_back(token, "record " + upsert.record().id());
        continue;
      }
      if (!is_reveal &&
          (was_secret || token.kind == 'a' ||
           (is_new && upsert.create() && must_be_hidden(stream.state, upsert.record())))) {
        findings_.report("P6", "a secret " + to_text(token) + " of kind " +
                                   std::to_string(upsert.record().body_case()) +
                                   " was published without a reveal, by intent " +
                                   std::to_string(event.intent().body_case()) + ": record " +
                                   upsert.record().id() + ", event " + std::to_string(event.seq()));
      }
      secrecy.is_public = true;
    }
  }
  const auto* vote = stream.state.get<v1::Vote>(event.intent().cast_vote().vote());
  if ((vote != nullptr && vote->hidden()) || event.intent().has_give_feedback()) {
    findings_.report("P6", "a private act is in a public part: intent " +
                               std::to_string(event.intent().body_case()));
  }
  // What only the intent holds is as public as the rest of the part.
  for (const Token& token : find_tokens(event.intent().SerializeAsString())) {
    Secrecy& secrecy = secrecy_[token];
    if (!secrecy.is_public && !secrecy.readers.empty()) {
      findings_.report("P6", "a secret " + to_text(token) + " is in a public intent");
    }
    secrecy.is_public = true;
  }
}

void Oracle::read_lanes(const v1::StoredEvent& stored) {
  v1::Event open;
  (void)open.ParseFromString(stored.public_part());
  check_private_act(stored, open);
  for (const v1::LanePart& lane : stored.lanes()) {
    v1::Event event;
    if (!event.ParseFromString(lane.event()) || event.seq() != stored.seq()) {
      findings_.report("log", "a lane part cannot be read");
      continue;
    }
    const bool has_private_act = event.has_intent();
    if (has_private_act && !stored.public_part().empty() &&
        (!open.actor().empty() || !open.client_id().empty() || open.has_intent())) {
      findings_.report("P6", "the public part of a private act names its author");
    }
    for (const Token& token : find_tokens(lane.event())) {
      Secrecy& secrecy = secrecy_[token];
      secrecy.readers.insert(lane.members().begin(), lane.members().end());
    }
  }
}

// The words that an act puts before some are not told to all as the words of their author.
void Oracle::check_private_act(const v1::StoredEvent& stored, const v1::Event& open) {
  const std::vector<Token> told = find_tokens(open.intent().SerializeAsString());
  const std::vector<Token> shown = find_tokens(open.patch().SerializeAsString());
  for (const v1::LanePart& lane : stored.lanes()) {
    for (const Token& token : find_tokens(lane.event())) {
      if (std::find(told.begin(), told.end(), token) != told.end() &&
          std::find(shown.begin(), shown.end(), token) == shown.end()) {
        findings_.report("P6", to_text(token) + " is for some, and the public intent says it: " +
                                   std::to_string(open.intent().body_case()));
      }
    }
  }
}

void Oracle::check_reveal(const OracleStream& stream, const std::string& name,
                          const v1::Event& event) {
  const std::string& asked = event.intent().reveal_stage().stage();
  const std::string stage = asked.empty() ? running_stage(stream.state) : asked;
  revealed_.emplace_back(name, stage);
  std::set<std::string> shown;
  for (const v1::Upsert& upsert : event.patch().upsert()) {
    if (upsert.create() && upsert.record().note().anonymous()) {
      shown.insert(upsert.record().id());
    }
  }
  std::set<std::string> waiting;
  if (const auto bucket = stream.sealed.find(stage); bucket != stream.sealed.end()) {
    for (const auto& [id, value] : bucket->second) {
      waiting.insert(card_name(id));
    }
  }
  // A card that came in the same group as the reveal was never sealed on disk.
  cards_.insert(shown.begin(), shown.end());
  if (!std::includes(shown.begin(), shown.end(), waiting.begin(), waiting.end())) {
    findings_.report("P2", "a reveal showed " + std::to_string(shown.size()) + " of " +
                               std::to_string(waiting.size()) + " anonymous cards");
  }
}

}  // namespace swarmboard::sim

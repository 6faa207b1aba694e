// P11 of checker.h: what people typed together is there, or somebody took it out.
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "server/board/apply.h"
#include "server/board/kinds.h"
#include "server/board/policy.h"
#include "tests/sim/checker.h"

namespace swarmboard::sim {
namespace {

using Record = std::tuple<std::string, std::uint32_t, std::string>;  // Stream, kind, id.

// Records one of whose texts somebody replaced as a whole, or that were removed.
void add_replaced(std::set<Record>& records, const std::string& stream, const std::string& part) {
  v1::Event event;
  if (part.empty() || !event.ParseFromString(part)) {
    return;
  }
  for (const v1::Upsert& upsert : event.patch().upsert()) {
    const board::RecordKey key = board::key_of(upsert.record());
    const auto& fields = board::text_fields(key.kind);
    const bool replaces = std::any_of(fields.begin(), fields.end(), [&](const auto* field) {
      const auto& body = board::body_message(upsert.record());
      return !upsert.create() && body.GetReflection()->HasField(body, field);
    });
    if (replaces) {
      records.insert({stream, key.kind, key.id});
    }
  }
  for (const v1::RecordId& removed : event.patch().remove()) {
    records.insert({stream, removed.kind(), removed.id()});
  }
}

std::set<Record> replaced_records(const Oracle& oracle) {
  std::set<Record> records;
  for (const auto& [name, stream] : oracle.streams()) {
    for (const OracleStream::Entry& entry : stream.events) {
      add_replaced(records, name, entry.stored.public_part());
      for (const v1::LanePart& lane : entry.stored.lanes()) {
        add_replaced(records, name, lane.event());
      }
    }
  }
  return records;
}

}  // namespace

void Checker::check_texts_at_rest() {
  const std::set<Record> replaced = replaced_records(oracle_);
  std::set<Token> taken_out;
  for (const Op& op : ledger_.ops) {
    if (op.text && op.state == OpState::Acked) {
      taken_out.insert(op.text->removed.begin(), op.text->removed.end());
    }
  }
  for (const Op& op : ledger_.ops) {
    // The model's changes fit the text of their base.
    if (op.text && op.state == OpState::Refused && op.reason == v1::REJECT_REASON_INVALID) {
      findings_.report("P11", "a change of " + op.text->record + " by " + op.member +
                                  " was refused as if it did not fit");
    }
    const OracleStream* truth = oracle_.find(op.stream);
    if (!op.text || op.state != OpState::Acked || truth == nullptr ||
        replaced.contains({op.stream, op.text->kind, op.text->record})) {
      continue;
    }
    const auto text =
        text_in(truth->state, {op.stream, {op.text->kind, op.text->record}, op.text->field});
    const std::vector<Token> there = find_tokens(text.value_or(""));
    const auto holds = [&](const Token& token) {
      return std::find(there.begin(), there.end(), token) != there.end();
    };
    ++texts_checked_;
    for (const Token& token : op.text->inserted) {
      if (!taken_out.contains(token) && !holds(token)) {
        findings_.report("P11", to_text(token) + ", which " + op.member + " wrote in " +
                                    op.text->record + ", is gone");
      }
    }
    for (const Token& token : op.text->removed) {
      if (holds(token)) {
        findings_.report("P11", to_text(token) + ", which " + op.member + " took out of " +
                                    op.text->record + ", is there");
      }
    }
  }
}

}  // namespace swarmboard::sim

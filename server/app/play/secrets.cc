#include "server/app/play/secrets.h"

#include <algorithm>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "server/board/kinds.h"

namespace swarmboard::play {
namespace {

using google::protobuf::FieldDescriptor;

constexpr std::size_t kTextBytesMin = 12;

bool is_telling(const std::string& text) {
  return text.size() >= kTextBytesMin && text.find(' ') != std::string::npos;
}

// The texts of a body that somebody typed: an id has no blanks.
std::vector<std::string> typed_texts(const google::protobuf::Message& body) {
  std::vector<const FieldDescriptor*> present;
  body.GetReflection()->ListFields(body, &present);
  std::vector<std::string> texts;
  for (const FieldDescriptor* field : present) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING && !field->is_repeated()) {
      std::string text = body.GetReflection()->GetString(body, field);
      if (is_telling(text)) {
        texts.push_back(std::move(text));
      }
    }
  }
  return texts;
}

std::string quote(const Secret& secret) {
  return "a hidden text of " + (secret.readers.empty() ? "nobody" : *secret.readers.begin()) +
         " (\"" + secret.text.substr(0, 40) + "...\")";
}

}  // namespace

void Secrets::remember(const std::string& session_id, const v1::Event& echo,
                       const board::State& state) {
  for (const v1::Upsert& upsert : echo.patch().upsert()) {
    const board::RecordKey key = board::key_of(upsert.record());
    const board::RecordPtr record = state.find(key.kind, key.id);
    if (record == nullptr || !record->has_only_for()) {
      continue;
    }
    for (std::string& text : typed_texts(board::body_message(*record))) {
      const bool known = std::ranges::any_of(secrets_, [&](const Secret& secret) {
        return secret.key == key && secret.text == text && secret.session_id == session_id;
      });
      if (!known) {
        Secret secret;
        secret.text = std::move(text);
        secret.session_id = session_id;
        secret.readers.insert(record->only_for().items().begin(), record->only_for().items().end());
        secret.key = key;
        secret.hidden_seq = echo.seq();
        secrets_.push_back(std::move(secret));
      }
    }
  }
}

void Secrets::remember_unsigned(const std::string& session_id, const std::string& writer,
                                const std::string& text, bool off_record) {
  if (!is_telling(text)) {
    return;
  }
  Secret secret;
  secret.text = text;
  secret.session_id = session_id;
  secret.readers.insert(writer);
  secret.off_record = off_record;
  secrets_.push_back(std::move(secret));
}

void Secrets::mark_revealed(const std::string& session_id, std::uint64_t seq,
                            const board::State& state) {
  for (Secret& secret : secrets_) {
    if (secret.session_id != session_id || secret.revealed_seq != 0 || secret.off_record) {
      continue;
    }
    bool open = false;
    if (secret.key.id.empty()) {
      state.each<v1::Note>([&](const std::string&, const v1::Note& note) {
        open = open || (note.anonymous() && note.text() == secret.text);
      });
    } else {
      const board::RecordPtr record = state.find(secret.key.kind, secret.key.id);
      open = record != nullptr && !record->has_only_for();
    }
    if (open) {
      secret.revealed_seq = seq;
    }
  }
}

std::vector<std::string> Secrets::leaks_to(const std::string& member,
                                           std::string_view received) const {
  std::vector<std::string> leaks;
  for (const Secret& secret : secrets_) {
    const bool may_read =
        secret.revealed_seq != 0 || secret.off_record || secret.readers.contains(member);
    if (!may_read && received.find(secret.text) != std::string_view::npos) {
      leaks.push_back(member + " received " + quote(secret) + " in session " + secret.session_id);
    }
  }
  return leaks;
}

std::vector<std::string> Secrets::leaks_in_replay(const std::string& session_id, std::uint64_t seq,
                                                  std::string_view event) const {
  std::vector<std::string> leaks;
  for (const Secret& secret : secrets_) {
    const bool shown = secret.revealed_seq != 0 && seq >= secret.revealed_seq;
    if (secret.session_id == session_id && !shown &&
        event.find(secret.text) != std::string_view::npos) {
      leaks.push_back("the replay of " + session_id + " shows " + quote(secret) + " at event " +
                      std::to_string(seq));
    }
  }
  return leaks;
}

}  // namespace swarmboard::play

#include "server/room/sealed.h"

#include <algorithm>

#include "server/base/sha256.h"

namespace swarmboard::room {

const SealedCards::Bucket* SealedCards::find(const std::string& stage) const {
  const auto found = buckets_.find(stage);
  return found == buckets_.end() ? nullptr : &found->second;
}

std::vector<board::SealedCard> SealedCards::all() const {
  std::vector<board::SealedCard> cards;
  for (const auto& [stage, bucket] : buckets_) {
    for (const auto& [id, note] : bucket) {
      cards.push_back({id, note});
    }
  }
  std::sort(cards.begin(), cards.end(),
            [](const board::SealedCard& a, const board::SealedCard& b) { return a.id < b.id; });
  return cards;
}

std::uint32_t SealedCards::count(const std::string& stage) const {
  const Bucket* bucket = find(stage);
  return bucket == nullptr ? 0 : static_cast<std::uint32_t>(bucket->size());
}

v1::SealedNote seal(const v1::SubmitAnonymous& submit) {
  v1::SealedNote note;
  note.set_kind(submit.kind());
  note.set_text(submit.text());
  note.set_secret_hash(sha256(submit.secret()));
  const std::size_t plain = note.ByteSizeLong();
  // The length of a longer padding takes a byte more, so the right length is found by trying.
  for (std::size_t target = (plain / kSealedStepBytes + 1) * kSealedStepBytes;;
       target += kSealedStepBytes) {
    for (std::size_t overhead = 2; overhead <= 4 && plain + overhead < target; ++overhead) {
      note.set_padding(std::string(target - plain - overhead, '\0'));
      if (note.ByteSizeLong() == target) {
        return note;
      }
    }
  }
}

bool has_right(const v1::SealedNote& note, const std::string& secret) {
  return note.secret_hash() == sha256(secret);
}

std::string hex_of(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    hex.push_back(kDigits[value >> 4]);
    hex.push_back(kDigits[value & 15]);
  }
  return hex;
}

}  // namespace swarmboard::room

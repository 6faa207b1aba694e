#include "server/board/snapshot.h"

#include <algorithm>
#include <array>

#include <boost/assert.hpp>
#include <openssl/evp.h>

#include "server/base/unknown_fields.h"
#include "server/board/kinds.h"

namespace swarmboard::board {
namespace {

void append_u32le(std::string& bytes, std::size_t value) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<char>((value >> shift) & 0xFFU));
  }
}

void append_varint(std::string& bytes, std::size_t value) {
  while (value >= 0x80) {
    bytes.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
    value >>= 7U;
  }
  bytes.push_back(static_cast<char>(value));
}

// One element of Snapshot.records: tag, length, bytes.
void append_element(std::string& bytes, const v1::Record& record) {
  constexpr unsigned kLengthDelimited = 2;
  append_varint(bytes, (v1::Snapshot::kRecordsFieldNumber << 3U) | kLengthDelimited);
  append_varint(bytes, record.ByteSizeLong());
  record.AppendToString(&bytes);
}

}  // namespace

struct StateHasher::Digest {
  EVP_MD_CTX* context = nullptr;
  std::string lengths;
};

StateHasher::StateHasher() : digest_(std::make_unique<Digest>()) {
  digest_->context = EVP_MD_CTX_new();
  // Fails only without memory or without the algorithm; then there is no hash to speak of.
  const int done = EVP_DigestInit_ex(digest_->context, EVP_sha256(), nullptr);
  BOOST_ASSERT_MSG(done == 1, "SHA-256 is missing");
}

StateHasher::~StateHasher() {
  EVP_MD_CTX_free(digest_->context);
}

void StateHasher::add(const RecordKey& key, std::string_view record_bytes) {
  std::string& head = digest_->lengths;
  head.clear();
  append_u32le(head, key.kind);
  append_u32le(head, key.id.size());
  head += key.id;
  append_u32le(head, record_bytes.size());
  const bool done =
      EVP_DigestUpdate(digest_->context, head.data(), head.size()) == 1 &&
      EVP_DigestUpdate(digest_->context, record_bytes.data(), record_bytes.size()) == 1;
  BOOST_ASSERT_MSG(done, "SHA-256 failed");
}

std::uint64_t StateHasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  const int done = EVP_DigestFinal_ex(digest_->context, digest.data(), &length);
  BOOST_ASSERT_MSG(done == 1, "SHA-256 failed");
  std::uint64_t hash = 0;
  for (std::size_t i = 8; i-- > 0;) {
    hash = (hash << 8U) | digest.at(i);
  }
  return hash;
}

std::uint64_t state_hash(const State& state) {
  StateHasher hasher;
  std::string bytes;
  for (const auto& [key, record] : state.records()) {
    bytes.clear();
    record->AppendToString(&bytes);
    hasher.add(key, bytes);
  }
  return hasher.finish();
}

bool is_visible(const v1::Record& record, const std::string& member) {
  if (!record.has_only_for()) {
    return true;
  }
  const auto& members = record.only_for().items();
  return !member.empty() && std::find(members.begin(), members.end(), member) != members.end();
}

State visible_to(const State& state, const std::string& member) {
  State visible;
  for (const auto& [key, record] : state.records()) {
    if (is_visible(*record, member)) {
      visible.put(record);
    }
  }
  return visible;
}

std::string encode_public_records(const State& state) {
  std::string bytes;
  for (const auto& [key, record] : state.records()) {
    if (is_visible(*record, {})) {
      append_element(bytes, *record);
    }
  }
  return bytes;
}

std::string encode_private_records(const State& state, const std::string& member) {
  std::string bytes;
  for (const auto& [key, record] : state.records()) {
    if (!is_visible(*record, {}) && is_visible(*record, member)) {
      append_element(bytes, *record);
    }
  }
  return bytes;
}

void fill_keyframe(v1::Keyframe& keyframe, const State& state) {
  keyframe.set_state_version(kStateVersion);
  keyframe.set_state_hash(state_hash(state));
  for (const auto& [key, record] : state.records()) {
    *keyframe.add_records() = *record;
  }
}

boost::system::result<State, Misfit> read_keyframe(const v1::Keyframe& keyframe) {
  if (keyframe.state_version() != kStateVersion) {
    return Misfit{"a keyframe of state version " + std::to_string(keyframe.state_version())};
  }
  State state = state_of(keyframe.records());
  if (state_hash(state) != keyframe.state_hash()) {
    return Misfit{"a keyframe that does not match its hash"};
  }
  return state;
}

State state_of(const google::protobuf::RepeatedPtrField<v1::Record>& records) {
  State state;
  for (const v1::Record& record : records) {
    auto clean = std::make_shared<v1::Record>(record);
    discard_unknown_fields(*clean);
    state.put(std::move(clean));
  }
  return state;
}

}  // namespace swarmboard::board

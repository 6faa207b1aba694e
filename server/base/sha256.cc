#include "server/base/sha256.h"

#include <boost/assert.hpp>
#include <openssl/evp.h>

namespace swarmboard {
namespace {

constexpr std::size_t kDigestBytes = 32;

unsigned char* bytes_of(std::string& digest) {
  return reinterpret_cast<unsigned char*>(digest.data());
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::string digest(kDigestBytes, '\0');
  unsigned int size = 0;
  const int ok =
      EVP_Digest(bytes.data(), bytes.size(), bytes_of(digest), &size, EVP_sha256(), nullptr);
  BOOST_ASSERT(ok == 1 && size == digest.size());
  return digest;
}

struct Sha256::State {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                  &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  const int ok = EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
  BOOST_ASSERT(ok == 1);
}

Sha256::~Sha256() = default;

void Sha256::add(std::string_view bytes) {
  const int ok = EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size());
  BOOST_ASSERT(ok == 1);
}

std::string Sha256::finish() {
  std::string digest(kDigestBytes, '\0');
  unsigned int size = 0;
  const int ok = EVP_DigestFinal_ex(state_->context.get(), bytes_of(digest), &size);
  BOOST_ASSERT(ok == 1 && size == digest.size());
  return digest;
}

}  // namespace swarmboard

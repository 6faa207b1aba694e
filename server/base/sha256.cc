#include "server/base/sha256.h"

#include <tuple>

#include <boost/assert.hpp>
#include <openssl/evp.h>

namespace swarmboard {
namespace {

constexpr std::size_t kDigestBytes = std::tuple_size_v<Sha256Digest>;

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

unsigned char* bytes_of(std::string& digest) {
  return reinterpret_cast<unsigned char*>(digest.data());
}

// Looked up once: for a short text OpenSSL spends more on finding the algorithm by its name and on
// room for the state than on the hash.
const EVP_MD* algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  BOOST_ASSERT(found != nullptr);
  return found;
}

void begin(const Context& context) {
  const int ok = EVP_DigestInit_ex(context.get(), algorithm(), nullptr);
  BOOST_ASSERT(ok == 1);
}

}  // namespace

Sha256Digest sha256_digest(std::string_view bytes) {
  thread_local const Context context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  begin(context);
  Sha256Digest digest{};
  unsigned int size = 0;
  const bool ok = EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) == 1 &&
                  EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1;
  BOOST_ASSERT(ok && size == digest.size());
  return digest;
}

std::string sha256(std::string_view bytes) {
  const Sha256Digest digest = sha256_digest(bytes);
  return {digest.begin(), digest.end()};
}

struct Sha256::State {
  Context context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
  begin(state_->context);
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

#include "server/base/sha256.h"

#include <boost/assert.hpp>
#include <openssl/evp.h>

namespace swarmboard {

std::string sha256(std::string_view bytes) {
  std::string digest(32, '\0');
  unsigned int size = 0;
  const int ok =
      EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                 EVP_sha256(), nullptr);
  BOOST_ASSERT(ok == 1 && size == digest.size());
  return digest;
}

}  // namespace swarmboard

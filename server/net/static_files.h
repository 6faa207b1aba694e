// The built client, read into memory once at the start: correct types, compressed once, cached for
// ever where the name carries a hash. Unknown page addresses get index.html, so that a link into
// the page works. Immutable after loading; any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace swarmboard::net {

struct StaticFile {
  std::string content_type;
  std::string etag;  // With its quotes.
  bool is_immutable = false;
  bool is_page = false;
  std::shared_ptr<const std::string> body;
  std::shared_ptr<const std::string> gzip;  // Null when compressing does not pay.
};

class StaticFiles {
 public:
  StaticFiles() = default;

  // Reads every file below `folder`; symbolic links are not followed.
  [[nodiscard]] static boost::system::result<StaticFiles> load(const std::string& folder);

  // `path` begins with '/' and has no query. Null: no such file and not a page address.
  [[nodiscard]] const StaticFile* find(std::string_view path) const;

  [[nodiscard]] std::size_t size() const { return files_.size(); }

 private:
  std::map<std::string, StaticFile, std::less<>> files_;
};

[[nodiscard]] std::string content_type_of(std::string_view path);

}  // namespace swarmboard::net

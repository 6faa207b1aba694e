#include "server/net/static_files.h"

#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>
#include <zlib.h>

#include <boost/assert.hpp>

#include "server/base/random.h"
#include "server/base/sha256.h"

namespace swarmboard::net {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kGzipFrom = 1024;
constexpr int kGzipWindow = 15 + 16;  // zlib's way to ask for a gzip frame.
constexpr std::string_view kIndex = "/index.html";

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
}};

std::optional<std::string> gzip(const std::string& plain) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow, 9, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return std::nullopt;
  }
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  // zlib's interface does not know const; it only reads the input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int end = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  // Less than a tenth saved is not worth the browser's time.
  if (end != Z_STREAM_END || packed.size() > plain.size() / 10 * 9) {
    return std::nullopt;
  }
  return packed;
}

// Vite puts what it names by content into /assets/.
bool carries_hash(std::string_view path) {
  return path.starts_with("/assets/");
}

bool is_compressible(std::string_view type) {
  return type.starts_with("text/") || type.starts_with("application/json") ||
         type == "image/svg+xml" || type == "application/wasm";
}

StaticFile make_file(const std::string& path, std::string bytes) {
  StaticFile file;
  file.content_type = content_type_of(path);
  file.etag = '"' + to_hex(sha256(bytes)).substr(0, 32) + '"';
  file.is_immutable = carries_hash(path);
  file.is_page = file.content_type.starts_with("text/html");
  if (bytes.size() >= kGzipFrom && is_compressible(file.content_type)) {
    if (auto packed = gzip(bytes)) {
      file.gzip = std::make_shared<const std::string>(*std::move(packed));
    }
  }
  file.body = std::make_shared<const std::string>(std::move(bytes));
  return file;
}

}  // namespace

std::string content_type_of(std::string_view path) {
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) {
      return std::string(type);
    }
  }
  return "application/octet-stream";
}

boost::system::result<StaticFiles> StaticFiles::load(const std::string& folder) {
  StaticFiles files;
  std::error_code ec;
  const fs::path root(folder);
  fs::recursive_directory_iterator walk(root, ec);
  for (; !ec && walk != fs::recursive_directory_iterator(); walk.increment(ec)) {
    if (walk->is_symlink(ec) || !walk->is_regular_file(ec)) {
      continue;
    }
    std::ifstream in(walk->path(), std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    if (!in) {
      return boost::system::error_code(boost::system::errc::io_error,
                                       boost::system::generic_category());
    }
    const std::string path = "/" + walk->path().lexically_relative(root).generic_string();
    files.files_.emplace(path, make_file(path, std::move(bytes)));
  }
  if (ec) {
    return boost::system::error_code(ec);
  }
  return files;
}

const StaticFile* StaticFiles::find(std::string_view path) const {
  if (const auto found = files_.find(path); found != files_.end()) {
    return &found->second;
  }
  // An address with a file ending names a file, and there is none.
  const std::string_view last = path.substr(path.rfind('/') + 1);
  const auto index = files_.find(kIndex);
  const bool is_page_address = last.find('.') == last.npos && !carries_hash(path);
  return is_page_address && index != files_.end() ? &index->second : nullptr;
}

}  // namespace swarmboard::net

// Runs a fuzz target over stored inputs without a fuzzer, so that every build and compiler checks
// what was once found. Arguments: files and folders. A file that breaks a property ends the program
// after its name was printed.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> inputs_of(const std::vector<std::string>& words) {
  std::vector<fs::path> found;
  for (const std::string& word : words) {
    if (!fs::is_directory(word)) {
      found.emplace_back(word);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(word)) {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

bool run(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "%s cannot be read\n", path.c_str());
    return false;
  }
  const std::string bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::fprintf(stderr, "%s\n", path.c_str());
  return LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                bytes.size()) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto inputs = inputs_of({argv + 1, argv + argc});
  const bool all_fine = std::all_of(inputs.begin(), inputs.end(), run);
  std::printf("%zu inputs\n", inputs.size());
  return all_fine && !inputs.empty() ? 0 : 1;
}

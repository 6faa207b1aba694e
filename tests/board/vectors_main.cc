// board_vectors: the cases by which the fold in C++ and the one in TypeScript are kept equal.
//
//   board_vectors --seed S --count N     N random cases, one JSON document a line, to stdout
//   board_vectors --write tests/vectors  writes the committed files anew
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include "tests/support/vector_case.h"

namespace {

using swarmboard::testing::VectorCase;

constexpr std::uint64_t kCommittedSeed = 20261123;
constexpr std::uint64_t kCommittedCount = 200;

// One case a line, so that a difference shows as one line.
void write_file(const std::string& path, const std::string& about,
                const std::vector<VectorCase>& cases) {
  std::ofstream file(path);
  file << "{\"about\":" << boost::json::serialize(boost::json::value(about)) << ",\"cases\":[\n";
  for (std::size_t i = 0; i < cases.size(); ++i) {
    file << boost::json::serialize(swarmboard::testing::to_json(cases[i]))
         << (i + 1 < cases.size() ? ",\n" : "\n");
  }
  file << "]}\n";
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path);
  }
}

std::vector<VectorCase> random_cases(std::uint64_t seed, std::uint64_t count) {
  std::vector<VectorCase> cases;
  for (std::uint64_t i = 0; i < count; ++i) {
    cases.push_back(swarmboard::testing::random_case(seed, i));
  }
  return cases;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Cases for the fold, for C++ and TypeScript");
  std::uint64_t seed = kCommittedSeed;
  std::uint64_t count = kCommittedCount;
  std::string folder;
  app.add_option("--seed", seed, "Seed of the random cases");
  app.add_option("--count", count, "How many");
  app.add_option("--write", folder, "Write the committed files into this folder");
  CLI11_PARSE(app, argc, argv);
  try {
    if (!folder.empty()) {
      write_file(folder + "/apply_traps.json", "hand-picked", swarmboard::testing::trap_cases());
      write_file(folder + "/apply_random.json", "random, seed " + std::to_string(kCommittedSeed),
                 random_cases(kCommittedSeed, kCommittedCount));
      return 0;
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      std::cout << boost::json::serialize(
                       swarmboard::testing::to_json(swarmboard::testing::random_case(seed, i)))
                << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << "board_vectors: " << error.what() << '\n';
    return 1;
  }
  return 0;
}

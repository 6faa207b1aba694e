// text_vectors: the cases by which typing together in C++ and in TypeScript are kept equal.
//
//   text_vectors --seed S --count N          N random cases, one JSON document a line, to stdout
//   text_vectors > tests/vectors/text.jsonl  writes the committed file anew
#include <cstdint>
#include <iostream>

#include <CLI/CLI.hpp>

#include "tests/text/text_case.h"

int main(int argc, char** argv) {
  CLI::App app("Cases of text changes, for C++ and TypeScript");
  std::uint64_t seed = 20261127;
  std::uint64_t count = 200;
  app.add_option("--seed", seed, "Seed of the random cases");
  app.add_option("--count", count, "How many");
  CLI11_PARSE(app, argc, argv);
  for (std::uint64_t i = 0; i < count; ++i) {
    std::cout << boost::json::serialize(swarmboard::testing::random_text_case(seed, i)) << '\n';
  }
  return std::cout.flush() ? 0 : 1;
}

#include "server/board/next_step.h"

#include <string>

#include "server/board/text_rules.h"

namespace swarmboard::board {
namespace {

// The first words, in lower case, each followed by one space. Hyphens separate words, and an
// apostrophe ends one: "We'll" begins with "we".
std::string opening_words(std::string_view text) {
  constexpr std::size_t kBytesMax = 40;
  std::string words;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        (static_cast<unsigned char>(c) & 0x80U) != 0;
    if (letter) {
      words += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    } else if (!words.empty() && words.back() != ' ') {
      words += ' ';
    }
    if (words.size() >= kBytesMax) {
      break;
    }
  }
  return words + " ";
}

}  // namespace

bool is_our_act(std::string_view buyer_action) {
  // Whole words: "Sends the file" is the customer's act, "Send the file" is ours.
  constexpr std::string_view kOurs[] = {"we ", "i ", "our ", "send ", "follow up ", "check in "};
  const std::string words = opening_words(buyer_action);
  for (const std::string_view ours : kOurs) {
    if (words.starts_with(ours)) {
      return true;
    }
  }
  return false;
}

v1::StepClass classify_next_step(std::string_view buyer_person, std::string_view buyer_action,
                                 std::string_view by) {
  const bool customer_acts = !is_blank(buyer_person) && !is_blank(buyer_action) &&
                             !is_our_act(buyer_action) && !by.empty();
  return customer_acts ? v1::STEP_CLASS_ADVANCE : v1::STEP_CLASS_CONTINUATION;
}

}  // namespace swarmboard::board

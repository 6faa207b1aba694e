#include "server/text/change.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include <boost/assert.hpp>

#include "server/base/limits.h"
#include "server/text/units.h"

namespace swarmboard::text {
namespace {

using Kind = Part::Kind;

// Walks over a change, in pieces as small as wanted.
class Walk {
 public:
  explicit Walk(const Change& change) : parts_(change.parts) {}

  [[nodiscard]] bool done() const { return at_ == parts_.size(); }

  [[nodiscard]] Kind kind() const { return parts_[at_].kind; }

  // Of this part, what is still ahead.
  [[nodiscard]] std::uint32_t left() const { return parts_[at_].units - used_; }

  // Precondition: it stands on an Insert.
  [[nodiscard]] std::string_view inserted(std::uint32_t units) const {
    const std::string_view ahead = std::string_view(parts_[at_].inserted).substr(bytes_used_);
    const auto bytes = bytes_of_units(ahead, units);
    BOOST_ASSERT(bytes.has_value());
    return ahead.substr(0, *bytes);
  }

  void forward(std::uint32_t units) {
    if (kind() == Kind::Insert) {
      bytes_used_ += inserted(units).size();
    }
    used_ += units;
    if (used_ == parts_[at_].units) {
      ++at_;
      used_ = 0;
      bytes_used_ = 0;
    }
  }

 private:
  const std::vector<Part>& parts_;
  std::size_t at_ = 0;
  std::uint32_t used_ = 0;
  std::size_t bytes_used_ = 0;
};

// What may stand in a text: everything that can be seen, line feeds and tabs.
bool is_text(std::string_view inserted) {
  constexpr unsigned char kDelete = 0x7F;
  for (std::size_t at = 0; at < inserted.size(); ++at) {
    const auto byte = static_cast<unsigned char>(inserted[at]);
    if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == kDelete) {
      return false;
    }
    // U+0080 to U+009F.
    if (byte == 0xC2 && at + 1 < inserted.size() &&
        static_cast<unsigned char>(inserted[at + 1]) < 0xA0) {
      return false;
    }
  }
  return true;
}

// Bytes that two texts share at their beginning, whole characters only.
std::size_t common_beginning(std::string_view a, std::string_view b) {
  std::size_t at = static_cast<std::size_t>(
      std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
  const auto inside = [&](std::string_view text) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (at > 0 && (inside(a) || inside(b))) {
    --at;
  }
  return at;
}

std::size_t common_end(std::string_view a, std::string_view b) {
  std::size_t same = static_cast<std::size_t>(
      std::mismatch(a.rbegin(), a.rend(), b.rbegin(), b.rend()).first - a.rbegin());
  while (same > 0 && (static_cast<unsigned char>(a[a.size() - same]) & 0xC0U) == 0x80U) {
    --same;
  }
  return same;
}

}  // namespace

void Change::keep(std::uint32_t units) {
  if (units == 0) {
    return;
  }
  if (!parts.empty() && parts.back().kind == Kind::Keep) {
    parts.back().units += units;
  } else {
    parts.push_back({Kind::Keep, units, {}});
  }
}

void Change::remove(std::uint32_t units) {
  if (units == 0) {
    return;
  }
  if (!parts.empty() && parts.back().kind == Kind::Remove) {
    parts.back().units += units;
  } else {
    parts.push_back({Kind::Remove, units, {}});
  }
}

void Change::insert(std::string_view text) {
  if (text.empty()) {
    return;
  }
  if (!parts.empty() && parts.back().kind == Kind::Insert) {
    parts.back().units += units_of(text);
    parts.back().inserted += text;
  } else {
    parts.push_back({Kind::Insert, units_of(text), std::string(text)});
  }
}

std::uint32_t Change::length_before() const {
  std::uint32_t units = 0;
  for (const Part& part : parts) {
    units += part.kind == Kind::Insert ? 0 : part.units;
  }
  return units;
}

std::uint32_t Change::length_after() const {
  std::uint32_t units = 0;
  for (const Part& part : parts) {
    units += part.kind == Kind::Remove ? 0 : part.units;
  }
  return units;
}

bool Change::changes_nothing() const {
  return std::all_of(parts.begin(), parts.end(),
                     [](const Part& part) { return part.kind == Kind::Keep; });
}

std::size_t Change::bytes() const {
  std::size_t bytes = 0;
  for (const Part& part : parts) {
    bytes += part.inserted.size();
  }
  return bytes;
}

boost::system::result<Change, Problem> read(const v1::TextChange& given) {
  if (given.parts_size() > static_cast<int>(limits::kTextChangePartsMax)) {
    return Problem{"A change of a text has too many parts."};
  }
  Change change;
  std::uint64_t units = 0;
  for (const v1::TextPart& part : given.parts()) {
    switch (part.part_case()) {
      case v1::TextPart::kKeep:
        units += part.keep();
        break;
      case v1::TextPart::kRemove:
        units += part.remove();
        break;
      case v1::TextPart::kInsert:
        units += part.insert().size();
        break;
      default:
        break;
    }
    if (units > std::numeric_limits<std::uint32_t>::max()) {
      return Problem{"A change of a text is too long."};
    }
    if (part.has_keep() && part.keep() > 0) {
      change.keep(part.keep());
    } else if (part.has_remove() && part.remove() > 0) {
      change.remove(part.remove());
    } else if (part.has_insert() && !part.insert().empty()) {
      if (!is_text(part.insert())) {
        return Problem{"A text cannot have control characters."};
      }
      change.insert(part.insert());
    } else {
      return Problem{"A change of a text has an empty part."};
    }
  }
  return change;
}

v1::TextChange write(const Change& change) {
  v1::TextChange written;
  for (const Part& part : change.parts) {
    v1::TextPart& out = *written.add_parts();
    switch (part.kind) {
      case Kind::Keep:
        out.set_keep(part.units);
        break;
      case Kind::Remove:
        out.set_remove(part.units);
        break;
      case Kind::Insert:
        out.set_insert(part.inserted);
        break;
    }
  }
  return written;
}

std::optional<std::string> changed(std::string_view text, const Change& change) {
  std::string out;
  out.reserve(text.size() + change.bytes());
  for (const Part& part : change.parts) {
    if (part.kind == Kind::Insert) {
      out += part.inserted;
      continue;
    }
    const auto bytes = bytes_of_units(text, part.units);
    if (!bytes) {
      return std::nullopt;
    }
    if (part.kind == Kind::Keep) {
      out += text.substr(0, *bytes);
    }
    text.remove_prefix(*bytes);
  }
  return text.empty() ? std::optional(std::move(out)) : std::nullopt;
}

Change transform(const Change& change, const Change& over, Side side) {
  BOOST_ASSERT(change.length_before() == over.length_before());
  Change out;
  Walk own(change);
  Walk other(over);
  while (!own.done() || !other.done()) {
    const bool own_inserts = !own.done() && own.kind() == Kind::Insert;
    const bool other_inserts = !other.done() && other.kind() == Kind::Insert;
    if (own_inserts && (side == Side::Left || !other_inserts)) {
      out.insert(own.inserted(own.left()));
      own.forward(own.left());
    } else if (other_inserts) {
      out.keep(other.left());
      other.forward(other.left());
    } else {
      const std::uint32_t units = std::min(own.left(), other.left());
      if (other.kind() == Kind::Keep) {
        own.kind() == Kind::Keep ? out.keep(units) : out.remove(units);
      }
      own.forward(units);
      other.forward(units);
    }
  }
  return out;
}

Change compose(const Change& first, const Change& second) {
  BOOST_ASSERT(first.length_after() == second.length_before());
  Change out;
  Walk a(first);
  Walk b(second);
  while (!a.done() || !b.done()) {
    if (!a.done() && a.kind() == Kind::Remove) {
      out.remove(a.left());
      a.forward(a.left());
    } else if (!b.done() && b.kind() == Kind::Insert) {
      out.insert(b.inserted(b.left()));
      b.forward(b.left());
    } else {
      const std::uint32_t units = std::min(a.left(), b.left());
      if (a.kind() == Kind::Insert && b.kind() == Kind::Keep) {
        out.insert(a.inserted(units));
      } else if (a.kind() == Kind::Keep) {
        b.kind() == Kind::Keep ? out.keep(units) : out.remove(units);
      }
      a.forward(units);
      b.forward(units);
    }
  }
  return out;
}

Change invert(const Change& change, std::string_view text) {
  Change out;
  for (const Part& part : change.parts) {
    if (part.kind == Kind::Insert) {
      out.remove(part.units);
      continue;
    }
    const auto bytes = bytes_of_units(text, part.units);
    BOOST_ASSERT(bytes.has_value());
    if (part.kind == Kind::Keep) {
      out.keep(part.units);
    } else {
      out.insert(text.substr(0, *bytes));
    }
    text.remove_prefix(*bytes);
  }
  return out;
}

Change difference(std::string_view before, std::string_view after) {
  const std::size_t beginning = common_beginning(before, after);
  const std::size_t end = common_end(before.substr(beginning), after.substr(beginning));
  Change out;
  out.keep(units_of(before.substr(0, beginning)));
  out.insert(after.substr(beginning, after.size() - beginning - end));
  out.remove(units_of(before.substr(beginning, before.size() - beginning - end)));
  out.keep(units_of(before.substr(before.size() - end)));
  return out;
}

}  // namespace swarmboard::text

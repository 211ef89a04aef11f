// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/json.h"

#include <set>

#include <nlohmann/json.hpp>

#include "moestro/base/error.h"

namespace moestro {

using Node = nlohmann::ordered_json;

// What stands behind a Json.
struct JsonAccess {
  static const Node& node(const Json& json) {
    static const Node kNull;
    return json.node_ ? *static_cast<const Node*>(json.node_.get()) : kNull;
  }
  static Json document(Node node) {
    Json json;
    json.node_ = std::make_shared<Node>(std::move(node));
    return json;
  }
  // A part of a document keeps the whole of it.
  static Json part(const Json& whole, const Node& node) {
    Json json;
    json.node_ = {whole.node_, const_cast<Node*>(&node)};
    return json;
  }
  // To be changed: its own, not shared with a copy.
  static Node& own(Json& json) {
    if (!json.node_ || json.node_.use_count() > 1) {
      json.node_ = std::make_shared<Node>(node(json));
    }
    return *static_cast<Node*>(json.node_.get());
  }
  static Node take(Json json) {
    if (json.node_.use_count() != 1) {
      return node(json);
    }
    return std::move(own(json));
  }
};

namespace {

using Members = Node::object_t::Container;

const Members& members_of(const Node& object) {
  return object.get_ref<const Node::object_t&>();
}

// At the end, without the search through the object that [] makes.
void add_member(Node& object, std::string key, Node value) {
  Members& members = object.get_ref<Node::object_t&>();
  members.emplace_back(std::move(key), std::move(value));
}

// Builds the document while it is parsed: sees each key, also repeated ones.
class Builder {
 public:
  using number_integer_t = Node::number_integer_t;
  using number_unsigned_t = Node::number_unsigned_t;
  using number_float_t = Node::number_float_t;
  using string_t = Node::string_t;
  using binary_t = Node::binary_t;

  bool null() { return add(nullptr); }
  bool boolean(bool v) { return add(v); }
  bool number_integer(number_integer_t v) { return add(v); }
  bool number_unsigned(number_unsigned_t v) {
    return v <= static_cast<uint64_t>(INT64_MAX)
               ? add(static_cast<int64_t>(v))
               : refuse("an integer beyond 2^63");
  }
  bool number_float(number_float_t v, const string_t&) { return add(v); }
  bool string(string_t& v) { return add(std::move(v)); }
  bool binary(binary_t&) { return refuse("binary"); }
  bool start_object(size_t) { return open(Node::object()); }
  bool start_array(size_t) { return open(Node::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(string_t& name) {
    if (!open_.back().seen.insert(name).second) {
      return refuse("the key '" + name + "' twice");
    }
    open_.back().key = std::move(name);
    return true;
  }
  bool parse_error(
      size_t position,
      const std::string&,
      const nlohmann::json::exception& error) {
    constexpr int kOverflow = 406;
    return refuse(
        (error.id == kOverflow ? "a number too large" : "a syntax error") +
        (" at byte " + std::to_string(position)));
  }

  std::string problem;
  Node root;

 private:
  struct Open {
    Node value;
    std::string key;
    // A search through the object would be quadratic in a hostile header.
    std::set<std::string> seen;
  };
  static constexpr size_t kDeepest = 64;

  bool refuse(const std::string& why) {
    if (problem.empty()) {
      problem = why;
    }
    return false;
  }
  bool open(Node value) {
    if (open_.size() >= kDeepest) {
      return refuse("more than 64 levels");
    }
    open_.push_back({std::move(value), {}, {}});
    return true;
  }
  bool close() {
    auto done = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(done));
  }
  bool add(Node value) {
    if (open_.empty()) {
      root = std::move(value);
    } else if (auto& into = open_.back(); into.value.is_array()) {
      into.value.push_back(std::move(value));
    } else {
      add_member(into.value, std::move(into.key), std::move(value));
    }
    return true;
  }

  std::vector<Open> open_;
};

void expect(bool is, const char* kind) {
  if (!is) {
    throw ContractError(std::string("[json] expected ") + kind);
  }
}

const Node& node(const Json& json) {
  return JsonAccess::node(json);
}

}  // namespace

Json::Json(bool v) : Json(JsonAccess::document(v)) {}
Json::Json(int64_t v) : Json(JsonAccess::document(v)) {}
Json::Json(double v) : Json(JsonAccess::document(v)) {}
Json::Json(std::string v) : Json(JsonAccess::document(std::move(v))) {}

Json::Json(JsonArray v) {
  auto array = Node::array();
  for (auto& item : v) {
    array.push_back(JsonAccess::take(std::move(item)));
  }
  *this = JsonAccess::document(std::move(array));
}

Json::Json(JsonObject v) {
  auto object = Node::object();
  for (auto& [key, item] : v) {
    object[key] = JsonAccess::take(std::move(item));
  }
  *this = JsonAccess::document(std::move(object));
}

bool Json::is_null() const {
  return node(*this).is_null();
}

bool Json::is_bool() const {
  return node(*this).is_boolean();
}

bool Json::is_int() const {
  return node(*this).is_number_integer();
}

bool Json::is_number() const {
  return node(*this).is_number();
}

bool Json::is_string() const {
  return node(*this).is_string();
}

bool Json::is_array() const {
  return node(*this).is_array();
}

bool Json::is_object() const {
  return node(*this).is_object();
}

bool Json::as_bool() const {
  expect(is_bool(), "a bool");
  return node(*this).get<bool>();
}

int64_t Json::as_int() const {
  expect(is_int(), "an integer");
  return node(*this).get<int64_t>();
}

double Json::as_number() const {
  expect(is_number(), "a number");
  return node(*this).get<double>();
}

std::string Json::as_string() const {
  expect(is_string(), "a string");
  return node(*this).get<std::string>();
}

JsonItems Json::as_array() const {
  expect(is_array(), "an array");
  return JsonItems(*this);
}

JsonMembers Json::as_object() const {
  expect(is_object(), "an object");
  return JsonMembers(*this);
}

std::optional<std::vector<int64_t>> Json::integers() const {
  const auto& array = node(*this);
  if (!array.is_array()) {
    return std::nullopt;
  }
  std::vector<int64_t> values;
  values.reserve(array.size());
  for (const auto& item : array) {
    if (!item.is_number_integer()) {
      return std::nullopt;
    }
    values.push_back(item.get<int64_t>());
  }
  return values;
}

std::optional<Json> Json::find(std::string_view key) const {
  const auto& object = node(*this);
  if (!object.is_object()) {
    return std::nullopt;
  }
  for (const auto& [name, value] : members_of(object)) {
    if (name == key) {
      return JsonAccess::part(*this, value);
    }
  }
  return std::nullopt;
}

Json Json::at(std::string_view key) const {
  auto value = find(key);
  if (!value) {
    throw ContractError("[json] missing key; got " + std::string(key));
  }
  return *std::move(value);
}

namespace {

// The library turns null into a container by itself, but says so before it has
// the memory: when there is none, it frees what was never made.
void become(Json& value, Node container) {
  if (value.is_null()) {
    value = JsonAccess::document(std::move(container));
  }
}

}  // namespace

Json& Json::set(std::string_view key, Json value) {
  auto member = JsonAccess::take(std::move(value));
  expect(is_null() || is_object(), "an object");
  become(*this, Node::object());
  JsonAccess::own(*this)[std::string(key)] = std::move(member);
  return *this;
}

Json& Json::append(Json value) {
  auto item = JsonAccess::take(std::move(value));
  expect(is_null() || is_array(), "an array");
  become(*this, Node::array());
  JsonAccess::own(*this).push_back(std::move(item));
  return *this;
}

size_t JsonItems::size() const {
  return node(array_).size();
}

Json JsonItems::operator[](size_t i) const {
  expect(i < size(), "more items");
  return JsonAccess::part(array_, node(array_)[i]);
}

size_t JsonMembers::size() const {
  return node(object_).size();
}

std::pair<std::string, Json> JsonMembers::operator[](size_t i) const {
  expect(i < size(), "more members");
  const auto& [key, value] = members_of(node(object_))[i];
  return {key, JsonAccess::part(object_, value)};
}

std::string dump(const Json& json, JsonStyle style) {
  return node(json).dump(
      style == JsonStyle::kIndented ? 2 : -1,
      ' ',
      false,
      Node::error_handler_t::replace);
}

Json parse_json(std::string_view text, const std::string& what) {
  // The parser takes it for the end and does not look at what follows.
  if (const auto at = text.find('\0'); at != std::string_view::npos) {
    fail_data(
        what + " is not valid JSON: a NUL byte at byte " +
        std::to_string(at + 1));
  }
  Builder builder;
  if (!Node::sax_parse(text.begin(), text.end(), &builder)) {
    fail_data(what + " is not valid JSON: " + builder.problem);
  }
  return JsonAccess::document(std::move(builder.root));
}

}  // namespace moestro

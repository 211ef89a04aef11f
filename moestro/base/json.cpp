// SPDX-License-Identifier: Apache-2.0
#include "moestro/base/json.h"

#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "moestro/base/error.h"

namespace moestro {
namespace {

using Plain = nlohmann::ordered_json;

Plain to_plain(const Json& json);

Plain to_plain(const JsonArray& items) {
  auto array = Plain::array();
  for (const auto& item : items) {
    array.push_back(to_plain(item));
  }
  return array;
}

Plain to_plain(const JsonObject& items) {
  auto object = Plain::object();
  for (const auto& [key, item] : items) {
    object[key] = to_plain(item);
  }
  return object;
}

Plain to_plain(const Json& json) {
  const auto convert = [](const auto& v) -> Plain {
    using T = std::decay_t<decltype(v)>;
    if constexpr (
        std::is_same_v<T, JsonArray> || std::is_same_v<T, JsonObject>) {
      return to_plain(v);
    } else if constexpr (std::is_same_v<T, double>) {
      return std::isfinite(v) ? Plain(v) : Plain(nullptr);
    } else {
      return Plain(v);
    }
  };
  return std::visit(convert, json.data());
}

// Builds the tree while it is parsed: sees each key, also repeated ones.
class Builder {
 public:
  using number_integer_t = Plain::number_integer_t;
  using number_unsigned_t = Plain::number_unsigned_t;
  using number_float_t = Plain::number_float_t;
  using string_t = Plain::string_t;
  using binary_t = Plain::binary_t;

  bool null() { return add(Json()); }
  bool boolean(bool v) { return add(Json(v)); }
  bool number_integer(number_integer_t v) { return add(Json(v)); }
  bool number_unsigned(number_unsigned_t v) {
    return v <= static_cast<uint64_t>(INT64_MAX)
               ? add(Json(static_cast<int64_t>(v)))
               : refuse("an integer beyond 2^63");
  }
  bool number_float(number_float_t v, const string_t&) { return add(Json(v)); }
  bool string(string_t& v) { return add(Json(std::move(v))); }
  bool binary(binary_t&) { return refuse("binary"); }
  bool start_object(size_t) { return open(Json(JsonObject{})); }
  bool start_array(size_t) { return open(Json(JsonArray{})); }
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
      size_t position, const std::string&, const nlohmann::json::exception&) {
    return refuse("a syntax error at byte " + std::to_string(position));
  }

  std::string problem;
  Json root;

 private:
  struct Open {
    Json value;
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
  bool open(Json value) {
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
  bool add(Json value) {
    if (open_.empty()) {
      root = std::move(value);
      return true;
    }
    open_.back().value.append(std::move(open_.back().key), std::move(value));
    return true;
  }

  std::vector<Open> open_;
};

template <class T>
const T& expect(const Json::Data& data, const char* kind) {
  const auto* value = std::get_if<T>(&data);
  require(value != nullptr, std::string("[json] expected ") + kind);
  return *value;
}

}  // namespace

bool Json::is_null() const {
  return std::holds_alternative<std::nullptr_t>(data_);
}

bool Json::is_number() const {
  return std::holds_alternative<int64_t>(data_) ||
         std::holds_alternative<double>(data_);
}

bool Json::as_bool() const {
  return expect<bool>(data_, "a bool");
}

int64_t Json::as_int() const {
  return expect<int64_t>(data_, "an integer");
}

double Json::as_number() const {
  if (const auto* v = std::get_if<int64_t>(&data_)) {
    return static_cast<double>(*v);
  }
  return expect<double>(data_, "a number");
}

const std::string& Json::as_string() const {
  return expect<std::string>(data_, "a string");
}

const JsonArray& Json::as_array() const {
  return expect<JsonArray>(data_, "an array");
}

const JsonObject& Json::as_object() const {
  return expect<JsonObject>(data_, "an object");
}

const Json* Json::find(std::string_view key) const {
  const auto* object = std::get_if<JsonObject>(&data_);
  if (object == nullptr) {
    return nullptr;
  }
  for (const auto& [name, value] : *object) {
    if (name == key) {
      return &value;
    }
  }
  return nullptr;
}

const Json& Json::at(std::string_view key) const {
  const auto* value = find(key);
  if (value == nullptr) {
    throw ContractError("[json] missing key; got " + std::string(key));
  }
  return *value;
}

Json& Json::set(std::string key, Json value) {
  if (is_null()) {
    data_ = JsonObject{};
  }
  std::get<JsonObject>(data_).emplace_back(std::move(key), std::move(value));
  return *this;
}

void Json::append(std::string key, Json value) {
  if (auto* array = std::get_if<JsonArray>(&data_)) {
    array->push_back(std::move(value));
  } else {
    set(std::move(key), std::move(value));
  }
}

std::string dump(const Json& json, JsonStyle style) {
  return to_plain(json).dump(
      style == JsonStyle::kIndented ? 2 : -1,
      ' ',
      false,
      Plain::error_handler_t::replace);
}

Json parse_json(std::string_view text, const std::string& what) {
  Builder builder;
  if (!Plain::sax_parse(text.begin(), text.end(), &builder)) {
    fail_data(what + " is not valid JSON: " + builder.problem);
  }
  return std::move(builder.root);
}

}  // namespace moestro

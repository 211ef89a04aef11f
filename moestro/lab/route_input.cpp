// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "moestro/base/error.h"
#include "moestro/base/file.h"
#include "moestro/lab/route_once.h"
#include "moestro/ops/tensor_file.h"
#include "moestro/record/safetensors.h"

namespace moestro {
namespace {

struct Field {
  std::string_view name;
  Tensor RouteInput::* member;
  at::ScalarType dtype;
  int64_t dims;
};

constexpr Field kFields[] = {
    {"logits", &RouteInput::logits_TE, at::kFloat, 2},
    {"features", &RouteInput::features_TD, at::kFloat, 2},
    {"bias", &RouteInput::bias_E, at::kFloat, 1},
    {"mask", &RouteInput::mask_T, at::kBool, 1},
    {"ids", &RouteInput::id_T, at::kLong, 1},
    {"sequence", &RouteInput::sequence_T, at::kLong, 1}};

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// What some writers of JSON print for numbers that it does not have.
struct Word {
  std::string_view name;
  double value;
};
constexpr Word kWords[] = {
    {"NaN", std::numeric_limits<double>::quiet_NaN()},
    {"-NaN", std::numeric_limits<double>::quiet_NaN()},
    {"Infinity", kInfinity},
    {"-Infinity", -kInfinity}};

const Word* word_at(std::string_view text) {
  const auto* found = std::ranges::find_if(
      kWords, [&](const Word& w) { return text.starts_with(w.name); });
  return found == std::end(kWords) ? nullptr : found;
}

// Behind the string that begins here.
size_t end_of_string(std::string_view text, size_t begin) {
  for (auto i = begin + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return i + 1;
    }
  }
  return text.size();
}

// Such words in quotes, so that the reader takes them and a message can name
// the token. Strings stay as they are.
std::string with_quoted_words(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const auto* word = word_at(text.substr(i));
    const auto length = word != nullptr  ? word->name.size()
                        : text[i] == '"' ? end_of_string(text, i) - i
                                         : 1;
    out += word != nullptr ? "\"" : "";
    out += text.substr(i, length);
    out += word != nullptr ? "\"" : "";
    i += length;
  }
  return out;
}

double number_in(const Json& json, const std::string& what) {
  if (json.is_null()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const auto text = json.is_string() ? json.as_string() : "";
  if (const auto* word = word_at(text); word != nullptr && word->name == text) {
    return word->value;
  }
  if (!json.is_number()) {
    fail_data(what + " holds something that is no number");
  }
  return json.as_number();
}

JsonItems array_in(const Json& json, const std::string& what) {
  if (!json.is_array()) {
    fail_data(what + " must be an array");
  }
  return json.as_array();
}

Tensor row_of(const Json& json, const std::string& what) {
  std::vector<double> values;
  for (const auto& item : array_in(json, what)) {
    values.push_back(number_in(item, what));
  }
  return at::tensor(at::ArrayRef<double>(values), at::kDouble);
}

// 0 and 1 could be a mask the other way round, or weights.
[[noreturn]] void fail_mask(const std::string& what) {
  fail_data(what + " takes true and false only; true is a real token");
}

Tensor truths_of(const Json& json, const std::string& what) {
  const auto items = array_in(json, what);
  auto values = at::empty({static_cast<int64_t>(items.size())}, at::kBool);
  for (size_t i = 0; i < items.size(); ++i) {
    if (!items[i].is_bool()) {
      fail_mask(what);
    }
    values.mutable_data_ptr<bool>()[i] = items[i].as_bool();
  }
  return values;
}

Tensor whole_of(const Json& json, const std::string& what) {
  std::vector<int64_t> values;
  for (const auto& item : array_in(json, what)) {
    if (!item.is_int()) {
      fail_data(what + " takes whole numbers only");
    }
    values.push_back(item.as_int());
  }
  return at::tensor(at::ArrayRef<int64_t>(values), at::kLong);
}

Tensor matrix_of(const Json& json, const std::string& what) {
  std::vector<Tensor> rows;
  for (const auto& row : array_in(json, what)) {
    rows.push_back(row_of(row, what));
    if (rows.back().size(0) != rows.front().size(0)) {
      fail_data(what + " has rows of different lengths");
    }
  }
  return rows.empty() ? at::empty({0, 0}, at::kDouble) : at::stack(rows);
}

Tensor field_of(const Json& root, const Field& f, const std::string& path) {
  const auto json = root.find(f.name);
  if (!json || json->is_null()) {
    return {};
  }
  const auto what = path + ": '" + std::string(f.name) + "'";
  if (f.dtype == at::kBool) {
    return truths_of(*json, what);
  }
  if (f.dtype == at::kLong) {
    return whole_of(*json, what);
  }
  return f.dims == 2 ? matrix_of(*json, what) : row_of(*json, what);
}

Tensor field_of(
    const SafetensorsFile& file, const Field& f, const std::string& path) {
  const auto* entry = file.find(f.name);
  if (entry == nullptr) {
    return {};
  }
  auto value = tensor_of(file, *entry);
  const auto what = path + ": '" + std::string(f.name) + "'";
  if (value.dim() != f.dims) {
    fail_data(what + " must have " + std::to_string(f.dims) + " dimensions");
  }
  const bool truths = entry->dtype == Dtype::kBool;
  if (f.dtype == at::kBool && !truths) {
    fail_mask(
        what + " has dtype " + std::string(name_of(entry->dtype)) + "; it");
  }
  if (f.dtype != at::kBool && truths) {
    fail_data(what + " holds booleans where numbers belong");
  }
  if (f.dtype == at::kLong && value.is_floating_point()) {
    fail_data(what + " takes whole numbers only");
  }
  return value;
}

// Rows of padding may hold anything.
void check_finite(
    const Tensor& value,
    const Tensor& mask_T,
    const std::string& what,
    const std::string& column) {
  if (!value.defined()) {
    return;
  }
  auto bad_TX = at::isfinite(value).logical_not();
  if (mask_T.defined()) {
    bad_TX = bad_TX.logical_and(mask_T.unsqueeze(1));
  }
  const auto bad = bad_TX.nonzero();
  if (bad.size(0) > 0) {
    fail_data(
        what + " is not finite: token " +
        std::to_string(bad[0][0].item<int64_t>()) + ", " + column + " " +
        std::to_string(bad[0][1].item<int64_t>()));
  }
}

// -inf forbids an expert; what single precision turns into -inf was a number.
void check_bias(const Tensor& given_E, const std::string& path) {
  const auto bias_E = given_E.to(at::kDouble);
  const auto single_E = bias_E.to(at::kFloat);
  const auto bad = at::isfinite(single_E)
                       .logical_or(bias_E.eq(-kInfinity))
                       .logical_not()
                       .nonzero();
  if (bad.size(0) > 0) {
    fail_data(
        path + ": 'bias' of expert " +
        std::to_string(bad[0][0].item<int64_t>()) +
        " is no number; only -inf may forbid an expert");
  }
  if (bias_E.numel() > 0 && bias_E.eq(-kInfinity).all().item<bool>()) {
    fail_data(path + ": 'bias' forbids every expert: all of it is -inf");
  }
}

void check_ids(const RouteInput& in, const std::string& path) {
  constexpr int64_t kMost = int64_t{1} << 24;  // parts hold tables of them
  if (in.id_T.defined() && in.id_T.numel() > 0 &&
      (in.id_T.min().item<int64_t>() < 0 ||
       in.id_T.max().item<int64_t>() >= kMost)) {
    fail_data(path + ": 'ids' must lie in 0.." + std::to_string(kMost - 1));
  }
}

// A file that begins with a length that it can hold, and then a header. No text
// does: its first eight bytes make a length beyond any file.
bool is_safetensors(std::string_view bytes) {
  constexpr size_t kLength = 8, kHighest = 4;
  if (bytes.size() < kLength) {
    return false;
  }
  const auto high = bytes.substr(kHighest, kLength - kHighest);
  return high.find_first_not_of('\0') == std::string_view::npos;
}

void check_lengths(const RouteInput& in, const std::string& path) {
  const bool given = in.logits_TE.defined() || in.features_TD.defined();
  if (!given) {
    fail_data(path + " holds neither 'logits' nor 'features'");
  }
  const auto& main = in.logits_TE.defined() ? in.logits_TE : in.features_TD;
  if (main.numel() == 0) {
    fail_data(path + ": 'logits' or 'features' holds no numbers");
  }
  for (const auto& f : kFields) {
    const auto& value = in.*f.member;
    const bool per_token = f.dims == 1 && f.name != "bias";
    if (value.defined() && per_token && value.size(0) != main.size(0)) {
      fail_data(
          path + ": '" + std::string(f.name) + "' has " +
          std::to_string(value.size(0)) + " entries for " +
          std::to_string(main.size(0)) + " tokens");
    }
  }
}

}  // namespace

RouteInput read_route_input(const std::string& path) {
  return parse_route_input(read_input(path), path);
}

RouteInput parse_route_input(const std::string& text, const std::string& path) {
  constexpr std::string_view kBlank = " \t\r\n", kMark = "\xEF\xBB\xBF";
  const auto start = text.find_first_not_of(
      kBlank, text.starts_with(kMark) ? kMark.size() : 0);
  const auto sign = start == std::string::npos ? '\0' : text[start];
  const bool json = !is_safetensors(text) && (sign == '{' || sign == '[');
  if (!json && !is_safetensors(text)) {
    fail_data(path + " is neither JSON (an object or a list) nor safetensors");
  }
  RouteInput in;
  Json root;
  SafetensorsFile tensors;
  if (json) {
    root = parse_json(with_quoted_words(text), path);
  } else {
    tensors = parse_safetensors(std::as_bytes(std::span(text)), path);
  }
  if (json && sign == '[') {
    Json object;
    object.set("logits", std::move(root));
    root = std::move(object);
  }
  for (const auto& f : kFields) {
    auto value = json ? field_of(root, f, path) : field_of(tensors, f, path);
    if (value.defined() && f.name == "bias") {
      check_bias(value, path);
    }
    if (value.defined()) {
      in.*f.member = value.to(f.dtype);
    }
  }
  check_ids(in, path);
  check_lengths(in, path);
  check_finite(in.logits_TE, in.mask_T, path + ": a logit", "expert");
  check_finite(in.features_TD, in.mask_T, path + ": a feature", "column");
  return in;
}

}  // namespace moestro

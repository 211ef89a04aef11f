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

// JSON has no numbers that are not finite; some writers print null for them,
// others NaN and Infinity, which become null here so that the message can name
// the token. Inside of strings nothing changes.
std::string without_words(const std::string& text) {
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    quoted ^= text[i] == '"' && (i == 0 || text[i - 1] != '\\');
    const auto rest = std::string_view(text).substr(i);
    size_t word = 0;
    for (const std::string_view name :
         {"NaN", "Infinity", "-Infinity", "-NaN"}) {
      word = !quoted && rest.starts_with(name) ? name.size() : word;
    }
    out += word > 0 ? "null" : std::string(1, text[i]);
    i += word > 0 ? word - 1 : 0;
  }
  return out;
}

double number_in(const Json& json, const std::string& what) {
  if (json.is_bool()) {
    return json.as_bool() ? 1 : 0;
  }
  if (json.is_null()) {
    return std::numeric_limits<double>::quiet_NaN();
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
  return f.dims == 2 ? matrix_of(*json, what) : row_of(*json, what);
}

Tensor field_of(
    const SafetensorsFile& file, const Field& f, const std::string& path) {
  const auto* entry = file.find(f.name);
  if (entry == nullptr) {
    return {};
  }
  auto value = tensor_of(file, *entry);
  if (value.dim() != f.dims) {
    fail_data(
        path + ": '" + std::string(f.name) + "' must have " +
        std::to_string(f.dims) + " dimensions");
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
  const auto first = text.find_first_not_of(" \t\r\n");
  const auto sign = first == std::string::npos ? '\0' : text[first];
  const bool json = sign == '{' || sign == '[';
  RouteInput in;
  Json root;
  SafetensorsFile tensors;
  if (json) {
    root = parse_json(without_words(text), path);
  } else {
    tensors = parse_safetensors(std::as_bytes(std::span(text)), path);
  }
  if (sign == '[') {
    Json object;
    object.set("logits", std::move(root));
    root = std::move(object);
  }
  for (const auto& f : kFields) {
    auto value = json ? field_of(root, f, path) : field_of(tensors, f, path);
    if (value.defined()) {
      in.*f.member = value.to(f.dtype);
    }
  }
  check_lengths(in, path);
  check_finite(in.logits_TE, in.mask_T, path + ": a logit", "expert");
  check_finite(in.features_TD, in.mask_T, path + ": a feature", "column");
  return in;
}

}  // namespace moestro

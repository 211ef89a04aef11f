// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/checkpoint_manifest.h"

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/base/file.h"

namespace moestro {
namespace manifest_part {

constexpr std::string_view kBeforeSeal = ",\n  \"xxh3\": \"";
constexpr std::string_view kAfterSeal = "\"\n}\n";
constexpr size_t kDigits = 16;
constexpr size_t kSealSize = kBeforeSeal.size() + kDigits + kAfterSeal.size();

std::string hash_of(std::string_view text) {
  return hash_hex(std::as_bytes(std::span(text)));
}

std::string seal(std::string text) {
  text.resize(text.rfind("\n}"));
  const auto hash = hash_of(text);
  return text.append(kBeforeSeal).append(hash).append(kAfterSeal);
}

// It ends as a sealed text does, whatever its hash says.
bool has_seal(std::string_view text) {
  return text.size() > kSealSize && text.ends_with(kAfterSeal) &&
         text.substr(text.size() - kSealSize).starts_with(kBeforeSeal);
}

bool seal_fits(std::string_view text) {
  if (!has_seal(text)) {
    return false;
  }
  const auto body = text.substr(0, text.size() - kSealSize);
  return text.substr(body.size() + kBeforeSeal.size(), kDigits) ==
         hash_of(body);
}

Json to_json(const CheckpointManifest::File& file) {
  return JsonObject{
      {"name", file.name}, {"bytes", file.bytes}, {"xxh3", file.xxh3}};
}

// The name is one of a file beside the manifest, whatever an attacker wrote.
CheckpointManifest::File file_from(const Json& json) {
  CheckpointManifest::File file{
      json.at("name").as_string(),
      json.at("bytes").as_int(),
      json.at("xxh3").as_string()};
  const bool plain = !file.name.empty() && file.name != "." &&
                     file.name != ".." &&
                     file.name.find('/') == std::string::npos;
  require(plain && file.bytes >= 0, "[manifest] a file's name and size");
  return file;
}

CheckpointManifest manifest_from(const Json& json) {
  CheckpointManifest manifest{
      .version = json.at("version").as_int(),
      .facts =
          {.step = json.at("step").as_int(),
           .cursor = json.at("cursor").as_int(),
           .config = {},
           .bits = {}},
      .files = {}};
  if (manifest.version > 1) {
    manifest.facts.evaluation_due = json.at("evaluation_due").as_bool();
    manifest.facts.config = json.at("config").as_string();
    manifest.facts.bits = json.at("bits");
  }
  for (const auto& file : json.at("files").as_array()) {
    manifest.files.push_back(file_from(file));
  }
  return manifest;
}

// What a hash of version 1 would have noticed.
void check_numbers(
    const CheckpointManifest& m, int64_t step, const std::string& path) {
  if (m.facts.step != step) {
    fail_data(
        path + " is damaged: it says step " + std::to_string(m.facts.step) +
            ", its folder step " + std::to_string(step),
        path);
  }
  if (m.facts.cursor < m.facts.step || m.files.empty()) {
    fail_data(path + " is damaged: a cursor or files are missing", path);
  }
}

}  // namespace manifest_part

std::string manifest_text(
    const CheckpointFacts& facts,
    const std::vector<CheckpointManifest::File>& files) {
  JsonArray list;
  for (const auto& file : files) {
    list.push_back(manifest_part::to_json(file));
  }
  const Json manifest = JsonObject{
      {"version", kManifestVersion},
      {"step", facts.step},
      {"cursor", facts.cursor},
      {"evaluation_due", facts.evaluation_due},
      {"bits", facts.bits},
      {"config", facts.config},
      {"files", list}};
  return manifest_part::seal(dump(manifest, JsonStyle::kIndented));
}

CheckpointManifest read_manifest(
    const std::filesystem::path& path, int64_t step) {
  const auto name = path.string();
  const auto text = read_file(path);
  const auto json = parse_json(text, name);
  // One of version 1 has no hash; whatever has one must fit it.
  if (json.find("xxh3") || manifest_part::has_seal(text)) {
    if (!manifest_part::seal_fits(text)) {
      fail_data(name + " is damaged: its hash does not match", name);
    }
  }
  try {
    const auto manifest = manifest_part::manifest_from(json);
    if (manifest.version != 1 && !json.find("xxh3")) {
      fail_data(name + " is damaged: it has no hash of itself", name);
    }
    manifest_part::check_numbers(manifest, step, name);
    return manifest;
  } catch (const ContractError&) {
    fail_data(name + " is no manifest of a checkpoint", name);
  }
}

int64_t newer_version(const std::filesystem::path& path) {
  try {
    const auto text = read_file(path);
    if (manifest_part::has_seal(text) && !manifest_part::seal_fits(text)) {
      return 0;
    }
    const auto version = parse_json(text, path.string()).find("version");
    return version && version->is_int() && version->as_int() > kManifestVersion
               ? version->as_int()
               : 0;
  } catch (const Error&) {
    return 0;
  }
}

}  // namespace moestro

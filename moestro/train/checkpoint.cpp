// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/checkpoint.h"

#include <charconv>

#include <unistd.h>

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/base/file.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kVersion = 1;
constexpr std::string_view kPrefix = "step-";

std::string folder_name(int64_t step) {
  auto digits = std::to_string(step);
  digits.insert(0, 8 - std::min<size_t>(8, digits.size()), '0');
  return std::string(kPrefix) + digits;
}

// The step of a published checkpoint's folder; -1 for anything else.
int64_t step_of(const std::string& name) {
  if (!name.starts_with(kPrefix)) {
    return -1;
  }
  int64_t step = -1;
  const auto* end = name.data() + name.size();
  const auto read = std::from_chars(name.data() + kPrefix.size(), end, step);
  return read.ec == std::errc() && read.ptr == end ? step : -1;
}

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

Json manifest_of(const std::vector<CheckpointFile>& files, const Json& facts) {
  Json manifest;
  manifest.set("version", kVersion);
  for (const auto& [key, value] : facts.as_object()) {
    manifest.set(key, value);
  }
  JsonArray list;
  for (const auto& file : files) {
    Json entry;
    entry.set("name", file.name)
        .set("bytes", static_cast<int64_t>(file.bytes.size()))
        .set("xxh3", hash_hex(file.bytes));
    list.push_back(entry);
  }
  manifest.set("files", list);
  return manifest;
}

Json read_manifest(const fs::path& path) {
  auto manifest = parse_json(read_file(path), path.string());
  const auto version = manifest.find("version");
  const auto files = manifest.find("files");
  if (!version || !version->is_int() || !files || !files->is_array()) {
    fail_data(path.string() + " is no manifest of a checkpoint");
  }
  return manifest;
}

int64_t version_in(const fs::path& path) {
  try {
    return read_manifest(path).at("version").as_int();
  } catch (const Error&) {
    return kVersion;
  }
}

SafetensorsFile read_tensors(const fs::path& folder, const Json& entry) {
  const auto& name = entry.at("name").as_string();
  if (name.find('/') != std::string::npos) {
    fail_data(folder.string() + ": a file name holds '/': " + name);
  }
  const auto path = folder / name;
  const auto text = read_file(path);
  if (static_cast<int64_t>(text.size()) != entry.at("bytes").as_int()) {
    fail_data(path.string() + " is truncated or has grown");
  }
  if (hash_hex(bytes_of(text)) != entry.at("xxh3").as_string()) {
    fail_data(path.string() + " is damaged: its hash does not match");
  }
  return parse_safetensors(bytes_of(text), path.string());
}

}  // namespace

void write_checkpoint(
    const fs::path& folder,
    int64_t step,
    const std::vector<CheckpointFile>& files,
    const Json& facts) {
  const auto name = folder_name(step);
  const auto draft = folder / (name + ".tmp-" + std::to_string(getpid()));
  std::error_code ignored;
  fs::remove_all(draft, ignored);
  try {
    fs::create_directories(draft);
    for (const auto& file : files) {
      write_durably(draft / file.name, file.bytes);
    }
    const auto manifest = dump(manifest_of(files, facts), JsonStyle::kIndented);
    write_durably(draft / "manifest.json", manifest + "\n");
    fs::remove_all(folder / name, ignored);
    publish_folder(draft, folder / name);
  } catch (const fs::filesystem_error& error) {
    fs::remove_all(draft, ignored);
    fail_storage(
        "cannot write checkpoint " + name + ": " + error.code().message());
  } catch (const Error&) {
    fs::remove_all(draft, ignored);
    throw;
  }
}

std::vector<CheckpointPlace> list_checkpoints(const fs::path& folder) {
  std::vector<CheckpointPlace> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const auto step = step_of(entry.path().filename().string());
    if (step >= 0) {
      found.push_back({step, entry.path()});
    }
  }
  std::ranges::sort(found, std::ranges::greater{}, &CheckpointPlace::step);
  return found;
}

int64_t newest_step(const fs::path& folder) {
  const auto all = list_checkpoints(folder);
  return all.empty() ? 0 : all.front().step;
}

const SafetensorsFile& Checkpoint::file(const std::string& name) const {
  for (const auto& [known, content] : files) {
    if (known == name) {
      return content;
    }
  }
  fail_data("the checkpoint has no file " + name);
}

void check_version(const CheckpointPlace& place) {
  const auto path = place.path / "manifest.json";
  const auto version = version_in(path);
  if (version > kVersion) {
    fail_data(
        path.string() + " has version " + std::to_string(version) +
        "; this program reads up to version " + std::to_string(kVersion));
  }
}

Checkpoint read_checkpoint(const CheckpointPlace& place) {
  Checkpoint checkpoint{
      .manifest = read_manifest(place.path / "manifest.json"), .files = {}};
  try {
    for (const auto& entry : checkpoint.manifest.at("files").as_array()) {
      checkpoint.files.emplace_back(
          entry.at("name").as_string(), read_tensors(place.path, entry));
    }
  } catch (const ContractError&) {
    fail_data(place.path.string() + "/manifest.json is malformed");
  }
  return checkpoint;
}

void remove_unfinished(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().filename().string().find(".tmp-") != std::string::npos) {
      fs::remove_all(entry.path(), ignored);
    }
  }
}

void tidy_checkpoints(const fs::path& folder, int64_t keep) {
  remove_unfinished(folder);
  const auto all = list_checkpoints(folder);
  std::error_code ignored;
  for (auto i = static_cast<size_t>(keep); i < all.size(); ++i) {
    fs::remove_all(all[i].path, ignored);
  }
}

}  // namespace moestro

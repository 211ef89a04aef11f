// SPDX-License-Identifier: Apache-2.0
#include "moestro/train/checkpoint.h"

#include <cerrno>
#include <charconv>
#include <system_error>

#include <unistd.h>

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "moestro/base/file.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

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

fs::path manifest_path(const CheckpointPlace& place) {
  return place.path / "manifest.json";
}

std::vector<CheckpointManifest::File> entries_of(
    const std::vector<CheckpointFile>& files) {
  std::vector<CheckpointManifest::File> entries;
  for (const auto& file : files) {
    entries.push_back(
        {file.name,
         static_cast<int64_t>(file.bytes.size()),
         hash_hex(file.bytes)});
  }
  return entries;
}

// The size comes first: what has grown without end is not read.
std::string verified_bytes(
    const fs::path& folder, const CheckpointManifest::File& entry) {
  const auto path = folder / entry.name;
  std::error_code error;
  const auto size = fs::file_size(path, error);
  if (!error && size != static_cast<uintmax_t>(entry.bytes)) {
    fail_data(path.string() + " is truncated or has grown", path.string());
  }
  auto text = read_file(path);
  if (hash_hex(bytes_of(text)) != entry.xxh3) {
    fail_data(
        path.string() + " is damaged: its hash does not match", path.string());
  }
  return text;
}

SafetensorsFile verified_tensors(
    const fs::path& folder, const CheckpointManifest::File& entry) {
  const auto text = verified_bytes(folder, entry);
  return parse_safetensors(bytes_of(text), (folder / entry.name).string());
}

// A place that may not be read is no damage: an administrator's mistake must
// not send a run back to an older state.
void check_access(const fs::path& path) {
  if (access(path.c_str(), R_OK) != 0 && errno == EACCES) {
    fail_data(
        "cannot read " + path.string() + ": " +
            std::generic_category().message(errno),
        path.string());
  }
}

void check_access(const CheckpointPlace& place) {
  check_access(place.path);
  std::error_code error;
  fs::directory_iterator entry(place.path, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    check_access(entry->path());
  }
  if (error && error != std::errc::not_a_directory) {
    fail_data(
        "cannot read " + place.path.string() + ": " + error.message(),
        place.path.string());
  }
}

void check_version(const CheckpointPlace& place) {
  const auto version = newer_version(manifest_path(place));
  if (version != 0) {
    fail_data(
        manifest_path(place).string() + " has version " +
        std::to_string(version) + "; this program reads up to version " +
        std::to_string(kManifestVersion));
  }
}

void write_draft(
    const fs::path& draft,
    const std::vector<CheckpointFile>& files,
    const CheckpointFacts& facts) {
  fs::create_directories(draft);
  for (const auto& file : files) {
    write_durably(draft / file.name, file.bytes);
  }
  write_durably(
      draft / "manifest.json", manifest_text(facts, entries_of(files)));
}

}  // namespace

CheckpointPlace place_of(const fs::path& path) {
  const auto folder = path.has_filename() ? path : path.parent_path();
  const auto step = step_of(folder.filename().string());
  if (step < 0) {
    fail_data(
        folder.string() + " is not named as a checkpoint, step-00001200",
        folder.string());
  }
  return {step, folder};
}

std::vector<CheckpointPlace> list_checkpoints(const fs::path& folder) {
  std::vector<CheckpointPlace> found;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const auto step = step_of(entry->path().filename().string());
    if (step >= 0) {
      found.push_back({step, entry->path()});
    }
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    fail_data(
        "cannot read the checkpoints in " + folder.string() + ": " +
            error.message(),
        folder.string());
  }
  std::ranges::sort(found, std::ranges::greater{}, &CheckpointPlace::step);
  return found;
}

const SafetensorsFile& Checkpoint::file(const std::string& name) const {
  for (const auto& [known, content] : files) {
    if (known == name) {
      return content;
    }
  }
  fail_data("the checkpoint has no file " + name);
}

Checkpoint read_checkpoint(const CheckpointPlace& place) {
  Checkpoint checkpoint{
      .manifest = read_manifest(manifest_path(place), place.step), .files = {}};
  for (const auto& entry : checkpoint.manifest.files) {
    checkpoint.files.emplace_back(
        entry.name, verified_tensors(place.path, entry));
  }
  return checkpoint;
}

std::vector<std::string> faults_of(const CheckpointPlace& place) {
  std::vector<std::string> faults;
  const auto attempt = [&faults](const auto& check) {
    try {
      check();
    } catch (const Error& fault) {
      faults.emplace_back(fault.what());
    }
  };
  CheckpointManifest manifest;
  attempt([&] { check_version(place); });
  if (faults.empty()) {
    attempt(
        [&] { manifest = read_manifest(manifest_path(place), place.step); });
  }
  for (const auto& entry : manifest.files) {
    attempt([&] { (void)verified_tensors(place.path, entry); });
  }
  return faults;
}

std::optional<Checkpoint> newest_checkpoint(
    const fs::path& folder,
    const std::function<void(const std::string&)>& say) {
  const auto places = list_checkpoints(folder);
  for (const auto& place : places) {
    check_access(place);
    check_version(place);
    try {
      return read_checkpoint(place);
    } catch (const Error& failure) {
      say(std::string(failure.what()) + "; trying the checkpoint before it");
    }
  }
  if (!places.empty()) {
    fail_data(
        "every checkpoint in " + folder.string() +
        " is damaged; start a new run");
  }
  return std::nullopt;
}

void CheckpointShelf::publish(
    const std::vector<CheckpointFile>& files, const CheckpointFacts& facts) {
  const auto name = folder_name(facts.step);
  const auto draft = folder_ / (name + ".tmp-" + std::to_string(getpid()));
  std::error_code ignored;
  fs::remove_all(draft, ignored);
  try {
    write_draft(draft, files, facts);
    fs::remove_all(folder_ / name, ignored);
    publish_folder(draft, folder_ / name);
  } catch (const fs::filesystem_error& error) {
    fs::remove_all(draft, ignored);
    fail_storage(
        "cannot write checkpoint " + name + ": " + error.code().message());
  } catch (const Error&) {
    fs::remove_all(draft, ignored);
    throw;
  }
  sound_.insert(facts.step);
  tidy();
}

bool CheckpointShelf::is_sound(const CheckpointPlace& place) {
  if (!sound_.contains(place.step) && faults_of(place).empty()) {
    sound_.insert(place.step);
  }
  return sound_.contains(place.step);
}

void CheckpointShelf::tidy() {
  remove_unfinished(folder_);
  int64_t sound = 0, regular = 0;
  std::error_code ignored;
  for (const auto& place : list_checkpoints(folder_)) {
    const bool stays = also_ > 0 && place.step % also_ == 0 && regular < keep_;
    regular += stays ? 1 : 0;
    if (sound >= keep_ && !stays) {
      // Not half of one under its name, whenever this is cut short.
      auto going = place.path;
      going += ".tmp-" + std::to_string(getpid());
      fs::rename(place.path, going, ignored);
      fs::remove_all(going, ignored);
    } else if (is_sound(place)) {
      ++sound;
    }
  }
}

void remove_unfinished(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().filename().string().find(".tmp-") != std::string::npos) {
      fs::remove_all(entry.path(), ignored);
    }
  }
}

}  // namespace moestro

// SPDX-License-Identifier: Apache-2.0
// Layout: header length (u64, little-endian), JSON header, data. Read with
// plain reads: a file cut while it is mapped would end the program.
#include "moestro/record/safetensors.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "moestro/base/error.h"
#include "moestro/base/json.h"
#include "moestro/record/safetensors_rules.h"

namespace moestro {
namespace {

constexpr uint64_t kLengthBytes = 8;

uint64_t header_length(
    std::span<const std::byte> first,
    uint64_t file_size,
    const std::string& what) {
  uint64_t length = 0;
  for (unsigned i = 0; i < kLengthBytes; ++i) {
    length |= std::to_integer<uint64_t>(first[i]) << (8 * i);
  }
  if (length > safetensors::kLargestHeader ||
      length > file_size - kLengthBytes) {
    fail_data(
        what + " is not a valid safetensors file: a header of " +
        std::to_string(length) + " bytes");
  }
  return length;
}

[[noreturn]] void fail_short(const std::string& what) {
  fail_data(what + " is not a valid safetensors file: shorter than 8 bytes");
}

struct Descriptor {
  explicit Descriptor(int opened) : number(opened) {}
  ~Descriptor() {
    if (number >= 0) {
      close(number);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number;
};

class InputFile {
 public:
  explicit InputFile(const std::string& path)
      : path_(path),
        file_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {
    struct stat info{};
    if (file_.number < 0 || fstat(file_.number, &info) != 0) {
      refuse(std::generic_category().message(errno));
    }
    if (!S_ISREG(info.st_mode)) {
      refuse("it is no regular file");
    }
    size_ = static_cast<uint64_t>(info.st_size);
  }

  [[nodiscard]] uint64_t size() const { return size_; }

  [[nodiscard]] std::vector<std::byte> read(uint64_t at, uint64_t count) const {
    std::vector<std::byte> bytes(count);
    for (size_t have = 0; have < count;) {
      const auto got = pread(
          file_.number,
          bytes.data() + have,
          count - have,
          static_cast<off_t>(at + have));
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got <= 0) {
        refuse("it became shorter while it was read");
      }
      have += static_cast<size_t>(got);
    }
    return bytes;
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    fail_data("cannot read " + path_ + ": " + why);
  }

  std::string path_;
  Descriptor file_;
  uint64_t size_ = 0;
};

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Its header is read, its data not yet.
struct OpenTensors {
  explicit OpenTensors(const std::string& path) : in(path) {
    if (in.size() < kLengthBytes) {
      fail_short(path);
    }
    const auto length =
        header_length(in.read(0, kLengthBytes), in.size(), path);
    const auto header = in.read(kLengthBytes, length);
    data_at = kLengthBytes + length;
    file =
        safetensors::parse_header(text_of(header), in.size() - data_at, path);
  }

  InputFile in;
  uint64_t data_at = 0;
  SafetensorsFile file;  // without data
};

using Metadata = std::span<const std::pair<std::string, std::string>>;

void check_view(const TensorView& view) {
  require(
      safetensors::good_name(view.name) && view.name != safetensors::kMetadata,
      "[safetensors] names are printable; got name=" + view.name);
  require(
      view.shape.size() <= safetensors::kHighestRank &&
          safetensors::byte_count(view.shape, view.dtype) == view.bytes.size(),
      "[safetensors] shape and bytes agree; got name=" + view.name);
}

std::vector<const TensorView*> in_file_order(
    std::span<const TensorView> tensors) {
  std::vector<const TensorView*> order;
  for (const auto& view : tensors) {
    check_view(view);
    order.push_back(&view);
  }
  std::ranges::sort(order, [](const auto* a, const auto* b) {
    const auto size_a = size_of(a->dtype), size_b = size_of(b->dtype);
    return size_a != size_b ? size_a > size_b : a->name < b->name;
  });
  return order;
}

Json metadata_json(Metadata metadata) {
  std::vector<std::pair<std::string, std::string>> sorted(
      metadata.begin(), metadata.end());
  std::ranges::sort(sorted);
  JsonObject object;
  for (auto& [key, value] : sorted) {
    object.emplace_back(std::move(key), Json(std::move(value)));
  }
  return object;
}

std::string header_of(
    std::span<const TensorView* const> order, Metadata metadata) {
  JsonObject header;
  if (!metadata.empty()) {
    header.emplace_back(safetensors::kMetadata, metadata_json(metadata));
  }
  int64_t at = 0;
  for (const auto* view : order) {
    const auto end = at + static_cast<int64_t>(view->bytes.size());
    Json entry;
    entry.set("dtype", name_of(view->dtype));
    entry.set("shape", JsonArray(view->shape.begin(), view->shape.end()));
    entry.set("data_offsets", JsonArray{at, end});
    header.emplace_back(view->name, std::move(entry));
    at = end;
  }
  auto text = header.empty() ? "{}" : dump(header);
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

void check_unique(std::span<const TensorView> tensors) {
  std::vector<std::string_view> names;
  for (const auto& view : tensors) {
    names.push_back(view.name);
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::adjacent_find(names);
  require(
      twice == names.end(),
      "[safetensors] a name is used once; got name=" +
          (twice == names.end() ? "" : std::string(*twice)));
}

}  // namespace

const TensorEntry* SafetensorsFile::find(std::string_view name) const {
  const auto at =
      std::ranges::lower_bound(entries, name, {}, &TensorEntry::name);
  return at != entries.end() && at->name == name ? &*at : nullptr;
}

std::span<const std::byte> SafetensorsFile::bytes(
    const TensorEntry& entry) const {
  return std::span(data).subspan(entry.begin, entry.end - entry.begin);
}

struct SafetensorsPieces::State : OpenTensors {
  using OpenTensors::OpenTensors;
};

SafetensorsPieces::SafetensorsPieces(const std::string& path)
    : state_(std::make_unique<State>(path)) {}

SafetensorsPieces::~SafetensorsPieces() = default;

const std::vector<TensorEntry>& SafetensorsPieces::entries() const {
  return state_->file.entries;
}

std::vector<std::byte> SafetensorsPieces::read(
    const TensorEntry& entry, uint64_t at, uint64_t count) const {
  require(
      at <= entry.end - entry.begin && count <= entry.end - entry.begin - at,
      "[safetensors] a piece lies within its tensor; got name=" + entry.name);
  return state_->in.read(state_->data_at + entry.begin + at, count);
}

SafetensorsFile read_safetensors(const std::string& path) {
  OpenTensors open(path);
  const auto size = open.in.size() - open.data_at;
  open.file.data = open.in.read(open.data_at, size);
  return std::move(open.file);
}

SafetensorsFile parse_safetensors(
    std::span<const std::byte> bytes, const std::string& what) {
  if (bytes.size() < kLengthBytes) {
    fail_short(what);
  }
  const auto length = header_length(bytes, bytes.size(), what);
  const auto header = bytes.subspan(kLengthBytes, length);
  const auto data = bytes.subspan(kLengthBytes + length);
  auto file = safetensors::parse_header(text_of(header), data.size(), what);
  file.data.assign(data.begin(), data.end());
  return file;
}

std::vector<std::byte> encode_safetensors(
    std::span<const TensorView> tensors, Metadata metadata) {
  check_unique(tensors);
  const auto order = in_file_order(tensors);
  const auto header = header_of(order, metadata);
  std::vector<std::byte> out;
  out.reserve(kLengthBytes + header.size());
  for (unsigned i = 0; i < kLengthBytes; ++i) {
    out.push_back(static_cast<std::byte>(header.size() >> (8 * i)));
  }
  const auto text = std::as_bytes(std::span(header));
  out.insert(out.end(), text.begin(), text.end());
  for (const auto* view : order) {
    out.insert(out.end(), view->bytes.begin(), view->bytes.end());
  }
  return out;
}

}  // namespace moestro

// SPDX-License-Identifier: Apache-2.0
// Opened without waiting, looked at, and only then read: what stands at a path
// is known for certain only once it is open.
#include "moestro/base/file.h"

#include <cerrno>
#include <charconv>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "moestro/base/error.h"

namespace moestro {
namespace {

namespace fs = std::filesystem;

constexpr size_t kBlock = size_t{1} << 16U;
constexpr size_t kMostPiped = size_t{1} << 30U;

class Descriptor {
 public:
  explicit Descriptor(int opened) : number_(opened) {}
  ~Descriptor() {
    if (number_ >= 0) {
      close(number_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return number_; }

 private:
  int number_;
};

// The bytes, or why there are none.
struct Outcome {
  std::string bytes, problem;
};

Outcome failed(int reason) {
  return {{}, std::generic_category().message(reason)};
}

std::string_view kind_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFREG:
      return {};
    case S_IFDIR:
      return "a folder";
    case S_IFIFO:
      return "a FIFO";
    case S_IFSOCK:
      return "a socket";
    default:
      return "a device";
  }
}

// More than the machine has is refused before it is asked for.
bool fits_memory(size_t bytes) {
  const auto pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGE_SIZE);
  return pages <= 0 || page <= 0 ||
         bytes / static_cast<size_t>(page) < static_cast<size_t>(pages);
}

// The file may grow or shrink meanwhile: its end is where reading ends.
// Some that call themselves regular wait (of /proc, say): those are refused.
Outcome read_to_end(int file, size_t expected, size_t most) {
  std::string bytes;
  bytes.resize(expected + 1);
  size_t have = 0;
  for (;;) {
    const auto got = read(file, bytes.data() + have, bytes.size() - have);
    if (got == 0) {
      bytes.resize(have);
      return {std::move(bytes), {}};
    }
    if (got < 0 && errno == EAGAIN && most == kMostPiped) {
      pollfd wait{file, POLLIN, 0};
      poll(&wait, 1, -1);
      continue;
    }
    if (got < 0 && errno != EINTR) {
      return failed(errno);
    }
    have += got < 0 ? 0 : static_cast<size_t>(got);
    if (have > most) {
      return {{}, "it holds more than a gigabyte; give a file"};
    }
    if (have == bytes.size()) {
      bytes.resize(2 * have + kBlock);
    }
  }
}

Outcome read_regular(const fs::path& path) {
  const Descriptor file(
      open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat info{};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) {
    // A socket cannot be opened at all.
    const auto reason = errno;
    const auto kind = odd_kind(path);
    return kind.empty() ? failed(reason) : Outcome{{}, "it is " + kind};
  }
  if (const auto kind = kind_of(info.st_mode); !kind.empty()) {
    return {{}, "it is " + std::string(kind)};
  }
  const auto size = static_cast<size_t>(info.st_size);
  if (!fits_memory(size)) {
    return {
        {}, std::to_string(size) + " bytes are more than the machine's memory"};
  }
  return read_to_end(file.get(), size, std::string().max_size() / 4);
}

// The number of the open file that a path names, -1 where it names none.
int open_file_of(const std::string& path) {
  if (path == "/dev/stdin") {
    return STDIN_FILENO;
  }
  for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
    int number = -1;
    const auto* end = path.data() + path.size();
    if (path.starts_with(folder) &&
        std::from_chars(path.data() + folder.size(), end, number).ptr == end) {
      return number;
    }
  }
  return -1;
}

Outcome read_open(int file) {
  struct stat info{};
  if (fstat(file, &info) != 0) {
    return failed(errno);
  }
  if (S_ISDIR(info.st_mode)) {
    return {{}, "it is a folder"};
  }
  return read_to_end(
      file, S_ISREG(info.st_mode) ? kBlock : size_t{0}, kMostPiped);
}

Outcome read_named(const fs::path& path) {
  const int file = open_file_of(path.string());
  return file < 0 ? read_regular(path) : read_open(file);
}

std::string bytes_of(Outcome outcome, const std::string& name) {
  if (!outcome.problem.empty()) {
    fail_data("cannot read " + name + ": " + outcome.problem, name);
  }
  return std::move(outcome.bytes);
}

}  // namespace

std::optional<std::string> file_text(const fs::path& path) {
  auto outcome = read_named(path);
  return outcome.problem.empty() ? std::optional(std::move(outcome.bytes))
                                 : std::nullopt;
}

std::string read_file(const fs::path& path) {
  return bytes_of(read_named(path), path.string());
}

std::string read_input(const std::string& path) {
  return path == "-" ? bytes_of(read_open(STDIN_FILENO), "standard input")
                     : read_file(path);
}

std::string odd_kind(const fs::path& path) {
  struct stat info{};
  return stat(path.c_str(), &info) == 0 ? std::string(kind_of(info.st_mode))
                                        : std::string();
}

}  // namespace moestro

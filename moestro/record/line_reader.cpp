// SPDX-License-Identifier: Apache-2.0
// Every wait is a poll of a tenth of a second, so that a signal is noticed
// whatever the other end does.
#include "moestro/record/line_reader.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "moestro/base/error.h"
#include "moestro/base/file.h"

namespace moestro {
namespace {

constexpr size_t kBlock = size_t{1} << 18U;
constexpr int kWait = 100;  // milliseconds

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  fail_data("cannot read " + path + ": " + why, path);
}

int opened(const std::string& path) {
  if (path == "-") {
    return dup(STDIN_FILENO);
  }
  return open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

}  // namespace

LineReader::LineReader(const std::string& path, LineOptions options)
    : path_(path == "-" ? "the standard input" : path),
      options_(std::move(options)),
      descriptor_(opened(path)) {
  struct stat info{};
  if (descriptor_ < 0 || fstat(descriptor_, &info) != 0) {
    refuse(path_, std::generic_category().message(errno));
  }
  file_ = S_ISREG(info.st_mode);
  if (!file_ && path != "-" && !S_ISFIFO(info.st_mode)) {
    close(std::exchange(descriptor_, -1));
    refuse(path_, "it is " + odd_kind(path));
  }
}

LineReader::~LineReader() {
  if (descriptor_ >= 0) {
    close(descriptor_);
  }
}

LineReader::Found LineReader::next() {
  line_ = {};
  for (;;) {
    const auto newline = buffer_.find('\n', scanned_);
    if (newline != std::string::npos) {
      return cut(newline, newline + 1);
    }
    scanned_ = buffer_.size();
    drop_long();
    switch (fill()) {
      case Fill::kMore:
        break;
      case Fill::kPause:
        return Found::kPause;
      case Fill::kEnd:
        return last_piece();
      case Fill::kStopped:
        return Found::kEnd;
    }
  }
}

LineReader::Found LineReader::cut(size_t end, size_t next) {
  line_ = std::string_view(buffer_).substr(start_, end - start_);
  start_ = scanned_ = next;
  ++number_;
  if (std::exchange(too_long_, false) || line_.size() > options_.longest) {
    line_ = {};
    return Found::kTooLong;
  }
  return Found::kLine;
}

LineReader::Found LineReader::last_piece() {
  if (start_ == buffer_.size() && !too_long_) {
    return Found::kEnd;
  }
  whole_ = false;
  return cut(buffer_.size(), buffer_.size());
}

void LineReader::drop_long() {
  if (too_long_ || buffer_.size() - start_ > options_.longest) {
    too_long_ = true;
    start_ = scanned_ = buffer_.size();
  }
}

LineReader::Fill LineReader::fill() {
  buffer_.erase(0, start_);
  scanned_ -= std::exchange(start_, 0);
  pollfd wanted{descriptor_, POLLIN, 0};
  const auto ready = poll(&wanted, 1, kWait);
  if (stopped()) {
    return Fill::kStopped;
  }
  return ready > 0 ? read_more() : Fill::kPause;
}

LineReader::Fill LineReader::read_more() {
  const auto have = buffer_.size();
  buffer_.resize(have + kBlock);
  const auto got = read(descriptor_, buffer_.data() + have, kBlock);
  buffer_.resize(have + static_cast<size_t>(got > 0 ? got : 0));
  if (got > 0) {
    bytes_ += static_cast<uint64_t>(got);
    return Fill::kMore;
  }
  if (got == 0) {
    return at_end();
  }
  if (errno != EINTR && errno != EAGAIN) {
    refuse(path_, std::generic_category().message(errno));
  }
  return Fill::kPause;
}

// A pipe ends when its last writer goes; before the first one it has not begun.
LineReader::Fill LineReader::at_end() {
  if (!options_.follow || (!file_ && bytes_ > 0)) {
    return Fill::kEnd;
  }
  struct stat info{};
  if (file_ && fstat(descriptor_, &info) == 0 &&
      static_cast<uint64_t>(info.st_size) < bytes_) {
    refuse(path_, "it became shorter while it was followed");
  }
  (void)poll(nullptr, 0, kWait);
  return stopped() ? Fill::kStopped : Fill::kPause;
}

bool LineReader::stopped() const {
  return options_.stop && options_.stop();
}

}  // namespace moestro

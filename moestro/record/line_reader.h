// SPDX-License-Identifier: Apache-2.0
// Lines of a file or a pipe, also of one that somebody still writes to, in
// bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

struct LineOptions {
  size_t longest = size_t{1} << 24U;  // bytes of a line
  bool follow = false;                // at the end of a file, wait for more
  std::function<bool()> stop{};       // asked while there is nothing to read
};

class LineReader {
 public:
  enum class Found {
    kLine,
    kTooLong,  // such a line was passed over
    kPause,    // nothing came for a tenth of a second
    kEnd       // of the input, or `stop` said so
  };

  // "-" is standard input. DataError when it cannot be opened or is neither a
  // file nor a pipe.
  LineReader(const std::string& path, LineOptions);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  [[nodiscard]] Found next();

  // Of the line found last, until `next`.
  [[nodiscard]] std::string_view line() const { return line_; }
  [[nodiscard]] int64_t number() const { return number_; }  // from 1
  // False: the input ended before the line did.
  [[nodiscard]] bool is_whole() const { return whole_; }
  // Can be opened and read again.
  [[nodiscard]] bool is_file() const { return file_; }

 private:
  enum class Fill { kMore, kPause, kEnd, kStopped };
  Fill fill();
  Fill read_more();
  Fill at_end();
  [[nodiscard]] bool stopped() const;
  Found cut(size_t end, size_t next);
  Found last_piece();
  void drop_long();

  std::string path_;
  LineOptions options_;
  int descriptor_ = -1;
  bool file_ = false;
  uint64_t bytes_ = 0;  // read so far
  std::string buffer_;
  size_t start_ = 0;    // of what was not given out
  size_t scanned_ = 0;  // no newline before
  bool too_long_ = false, whole_ = true;
  std::string_view line_;
  int64_t number_ = 0;
};

}  // namespace moestro
MOESTRO_API_END

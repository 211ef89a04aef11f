// SPDX-License-Identifier: Apache-2.0
// Windows of bytes to train and validate on. A window is context + 1 bytes of
// one document, windows overlap by one byte (the last target of one is the
// first input of the next), what is left at a document's end is not used. The
// order of the training windows is a pure function of (seed, position), so a
// resumed run needs to remember one number.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "moestro/base/api.h"
#include "moestro/text/documents.h"

MOESTRO_API_BEGIN
namespace moestro {

struct Window {
  int32_t domain = 0;
  std::span<const uint8_t> bytes;  // valid as long as the data set
};

struct DatasetDomain {
  std::string name;
  Documents train, valid;
};

class Dataset {
 public:
  // DataError when a domain has no window in either split.
  Dataset(std::vector<DatasetDomain> domains, int64_t context);
  // Windows point into the bytes; moving keeps them where they are.
  Dataset(Dataset&&) = default;
  Dataset& operator=(Dataset&&) = default;

  [[nodiscard]] int64_t context() const { return context_; }
  [[nodiscard]] std::vector<std::string> domain_names() const;
  [[nodiscard]] const std::vector<DatasetDomain>& domains() const {
    return domains_;
  }
  // Training windows of an epoch.
  [[nodiscard]] uint64_t num_train() const { return train_.count; }
  // The window at a position of the endless shuffled sequence: every window
  // once an epoch, each epoch in an order of its own.
  [[nodiscard]] Window train(uint64_t seed, uint64_t cursor) const;
  // Equally many windows of each domain, evenly spread over its validation
  // text: `windows_per_domain`, or as many as the smallest domain has.
  [[nodiscard]] std::vector<Window> valid(int64_t windows_per_domain) const;

 private:
  // One stretch of windows for each document that has any.
  struct Stretch {
    uint64_t first_window;
    int32_t domain;
    const uint8_t* begin;
  };
  struct Index {
    std::vector<Stretch> stretches;
    uint64_t count = 0;
    void add(int32_t domain, const Documents& docs, int64_t context);
  };
  [[nodiscard]] Window at(const Index& index, uint64_t number) const;

  std::vector<DatasetDomain> domains_;
  int64_t context_;
  Index train_;
  std::vector<Index> valid_;  // [domain]
};

// A corpus of build_corpus, or a user's own folder or file.
[[nodiscard]] Dataset open_dataset(
    const std::filesystem::path& path, int64_t context);

// Windows over one text, the shorter rest at its end included: what `eval`
// scores. Every byte but the first is predicted once.
[[nodiscard]] std::vector<Window> windows_of(
    std::span<const uint8_t> bytes, int64_t context);

}  // namespace moestro
MOESTRO_API_END

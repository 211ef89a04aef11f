// SPDX-License-Identifier: Apache-2.0
#include "moestro/record/safetensors.h"

#include <gtest/gtest.h>

#include "moestro/base/durable.h"
#include "moestro/base/error.h"
#include "tests/record/temporary.h"

namespace moestro {
namespace {

using Bytes = std::vector<std::byte>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Bytes file_of(const std::string& header, size_t data) {
  Bytes file;
  for (unsigned i = 0; i < 8; ++i) {
    file.push_back(static_cast<std::byte>(header.size() >> (8 * i)));
  }
  for (const char c : header) {
    file.push_back(static_cast<std::byte>(c));
  }
  file.resize(file.size() + data);
  return file;
}

std::string refusal(const Bytes& bytes) {
  try {
    (void)parse_safetensors(bytes, "f");
  } catch (const DataError& failure) {
    return failure.what();
  }
  return "accepted";
}

std::string tensor(const std::string& shape, const std::string& offsets) {
  return R"({"dtype":"F32","shape":)" + shape + R"(,"data_offsets":)" +
         offsets + "}";
}

std::string one(const std::string& shape, const std::string& offsets) {
  return R"({"a":)" + tensor(shape, offsets) + "}";
}

Bytes sample() {
  static const Bytes data(16, std::byte{7});
  const std::vector<TensorView> tensors = {
      {"w", Dtype::kBF16, {2}, std::span(data).first(4)},
      {"b", Dtype::kF32, {2, 1}, std::span(data).first(8)},
      {"step", Dtype::kI64, {}, std::span(data).first(8)},
      {"none", Dtype::kF32, {0, 4}, {}}};
  return encode_safetensors(tensors, Pairs{{"z", "1"}, {"format", "pt"}});
}

TEST(Safetensors, gives_back_what_was_written) {
  const auto file = parse_safetensors(sample(), "f");
  ASSERT_EQ(file.entries.size(), 4);
  EXPECT_EQ(file.metadata, (Pairs{{"format", "pt"}, {"z", "1"}}));
  const auto* b = file.find("b");
  ASSERT_NE(b, nullptr);
  EXPECT_EQ(b->shape, (std::vector<int64_t>{2, 1}));
  EXPECT_EQ(file.bytes(*b).size(), 8);
  EXPECT_EQ(file.bytes(*b)[0], std::byte{7});
  EXPECT_EQ(file.find("c"), nullptr);
}

TEST(Safetensors, data_begin_at_a_multiple_of_8_with_the_widest_first) {
  const auto bytes = sample();
  const auto file = parse_safetensors(bytes, "f");
  EXPECT_EQ((bytes.size() - file.data.size()) % 8, 0);
  EXPECT_EQ(file.find("step")->begin, 0);
  EXPECT_EQ(file.find("w")->end, file.data.size());
}

TEST(Safetensors, reads_files_as_it_reads_bytes) {
  const TemporaryFolder folder;
  write_durably(folder / "f", sample());
  const auto file = read_safetensors(folder / "f");
  EXPECT_EQ(file.data, parse_safetensors(sample(), "f").data);
  EXPECT_THROW((void)read_safetensors(folder / "none"), Error);
  EXPECT_THROW((void)read_safetensors(folder.path()), Error);
}

TEST(Safetensors, writing_a_wrong_size_or_a_name_twice_breaks_the_contract) {
  const Bytes data(8);
  const TensorView good{"a", Dtype::kF32, {2}, data};
  const TensorView wrong{"b", Dtype::kF32, {3}, data};
  EXPECT_THROW(
      (void)encode_safetensors(std::vector{good, good}, {}), ContractError);
  EXPECT_THROW((void)encode_safetensors(std::vector{wrong}, {}), ContractError);
}

TEST(Safetensors, an_empty_file_of_tensors_is_fine) {
  EXPECT_EQ(refusal(encode_safetensors({}, {})), "accepted");
  EXPECT_EQ(refusal(file_of("{}   ", 0)), "accepted");
}

TEST(SafetensorsHostile, every_cut_is_refused) {
  const auto good = sample();
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_NE(refusal({good.begin(), good.begin() + size}), "accepted") << size;
  }
}

TEST(SafetensorsHostile, every_flipped_bit_of_the_header_is_survived) {
  const auto good = sample();
  const auto header = good.size() - 20;
  for (size_t bit = 0; bit < header * 8; ++bit) {
    auto bad = good;
    bad[bit / 8] ^= std::byte{1} << (bit % 8);
    (void)refusal(bad);
  }
}

struct Hostile {
  const char* name;
  std::string header;
  size_t data;
};

class SafetensorsRule : public testing::TestWithParam<Hostile> {};

TEST_P(SafetensorsRule, is_enforced) {
  const auto text = refusal(file_of(GetParam().header, GetParam().data));
  EXPECT_TRUE(
      text.starts_with("f is not a valid safetensors file") ||
      text.starts_with("the header of f is not valid JSON"))
      << text;
}

const std::string kHuge = "4611686018427387904";  // 2^62

INSTANTIATE_TEST_SUITE_P(
    Rules,
    SafetensorsRule,
    testing::Values(
        Hostile{"no_brace", " {}", 0},
        Hostile{"no_object", "[]", 0},
        Hostile{"trailing_bytes", one("[1]", "[0,4]"), 5},
        Hostile{"missing_bytes", one("[1]", "[0,4]"), 3},
        Hostile{"product_overflow", one("[" + kHuge + ",4]", "[0,0]"), 0},
        Hostile{"negative_length", one("[-1]", "[0,4]"), 4},
        Hostile{"negative_offset", one("[1]", "[-4,0]"), 4},
        Hostile{"reversed", one("[1]", "[4,0]"), 4},
        Hostile{"three_offsets", one("[1]", "[0,4,4]"), 4},
        Hostile{"fraction", one("[1.0]", "[0,4]"), 4},
        Hostile{"text_length", one("[\"1\"]", "[0,4]"), 4},
        Hostile{"shape_and_bytes_differ", one("[2]", "[0,4]"), 4},
        Hostile{
            "rank_17", one("[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "[0,4]"), 4},
        Hostile{"hole", one("[1]", "[4,8]"), 8},
        Hostile{
            "end_beyond_63_bits", one("[1]", "[0,18446744073709551615]"), 4},
        Hostile{
            "unknown_dtype",
            R"({"a":{"dtype":"F8","shape":[4],"data_offsets":[0,4]}})",
            4},
        Hostile{"missing_field", R"({"a":{"dtype":"F32","shape":[1]}})", 4},
        Hostile{
            "further_field",
            R"({"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],)"
            R"("x":1}})",
            0},
        Hostile{
            "duplicate_name",
            R"({"a":)" + tensor("[1]", "[0,4]") + R"(,"a":)" +
                tensor("[1]", "[4,8]") + "}",
            8},
        Hostile{
            "duplicate_field",
            R"({"a":{"dtype":"F32","shape":[1],"shape":[1],)"
            R"("data_offsets":[0,4]}})",
            4},
        Hostile{
            "overlap",
            R"({"a":)" + tensor("[2]", "[0,8]") + R"(,"b":)" +
                tensor("[2]", "[4,12]") + "}",
            12},
        Hostile{
            "empty_tensor_inside_another",
            R"({"a":)" + tensor("[2]", "[0,8]") + R"(,"b":)" +
                tensor("[0]", "[4,4]") + "}",
            8},
        Hostile{
            "empty_tensor_reuses_a_place",
            R"({"a":)" + tensor("[2]", "[0,8]") + R"(,"b":)" +
                tensor("[0]", "[0,0]") + "}",
            8},
        Hostile{
            "control_character",
            "{\"a\\u0007\":" + tensor("[1]", "[0,4]") + "}",
            4},
        Hostile{
            "long_name",
            "{\"" + std::string(1025, 'a') + "\":" + tensor("[1]", "[0,4]") +
                "}",
            4},
        Hostile{"metadata_number", R"({"__metadata__":{"a":1}})", 0},
        Hostile{"metadata_list", R"({"__metadata__":[]})", 0},
        Hostile{"deep", std::string(R"({"a":)") + std::string(100, '['), 0},
        Hostile{"bad_utf8", "{\"a\xff\":" + tensor("[1]", "[0,4]") + "}", 4}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(SafetensorsHostile, a_header_longer_than_the_file_is_refused) {
  Bytes file(8, std::byte{0xFF});
  EXPECT_NE(refusal(file), "accepted");
  file.assign(16, std::byte{0});
  file[0] = std::byte{9};
  EXPECT_NE(refusal(file), "accepted");
}

}  // namespace
}  // namespace moestro

// SPDX-License-Identifier: Apache-2.0
#include "moestro/corpus/markup.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "moestro/corpus/r_strings.h"
#include "moestro/corpus/unpack.h"

namespace moestro {
namespace {

std::string zlib_of(std::string_view text) {
  std::string out(compressBound(text.size()), '\0');
  auto size = static_cast<uLongf>(out.size());
  compress(
      reinterpret_cast<Bytef*>(out.data()),
      &size,
      reinterpret_cast<const Bytef*>(text.data()),
      text.size());
  out.resize(size);
  return out;
}

std::string big_endian(uint32_t value) {
  return {
      static_cast<char>(value >> 24U),
      static_cast<char>(value >> 16U),
      static_cast<char>(value >> 8U),
      static_cast<char>(value)};
}

std::string r_vector(const std::vector<std::string>& strings) {
  auto object = "X\n" + big_endian(2) + big_endian(0) + big_endian(0) +
                big_endian(16) +
                big_endian(static_cast<uint32_t>(strings.size()));
  for (const auto& s : strings) {
    object +=
        big_endian(0x00040009) + big_endian(static_cast<uint32_t>(s.size()));
    object += s;
  }
  return big_endian(static_cast<uint32_t>(object.size())) + zlib_of(object);
}

TEST(Roff, MacrosGoAndWordsStay) {
  EXPECT_EQ(
      strip_roff(".TH LS 1\n.SH NAME\nls \\- list\n.PP\nThe \\fBls\\fP one\n"),
      "LS 1\n\nNAME\nls - list\n\nThe ls one\n");
}

TEST(Roff, AlternatingFontsAreOneWord) {
  EXPECT_EQ(strip_roff(".BR ls (1),\n.B two words\n"), "ls(1),\ntwo words\n");
}

TEST(Roff, SpecialCharactersBecomeUtf8) {
  EXPECT_EQ(
      strip_roff("a\\(bub \\[aq]c\\(em \\s-1X\\s0 \\h'1'y\\e\n"),
      "a•b 'c— X y\\\n");
}

TEST(Roff, CommentsTablesAndDefinitionsAreLeftOut) {
  EXPECT_EQ(
      strip_roff(".\\\" no\n.TS\ncell\n.TE\n.de XX\nbody\n..\nyes\\\" no\n"),
      "yes\n");
}

TEST(Roff, ABackslashAtTheEndIsNoTrouble) {
  EXPECT_EQ(strip_roff("end\\"), "end\n");
  EXPECT_EQ(strip_roff("a\\f"), "a\n");
  EXPECT_EQ(strip_roff("a\\(b"), "a\n");
  EXPECT_EQ(strip_roff("."), "");
}

TEST(Asciidoc, OrdersGoAndLinksBecomeText) {
  EXPECT_EQ(
      strip_asciidoc("NAME\n----\n[verse]\nsee linkgit:git-add[1], now\n"),
      "NAME\nsee git-add(1), now\n");
}

TEST(Dictionary, PagesHoldWholeEntries) {
  const auto pages =
      entry_pages("one \\1\\ adj.\n   first\n\ntwo\n   second\n\nthree\n", 20);
  ASSERT_EQ(pages.size(), 2U);
  EXPECT_EQ(pages[0], "one \\1\\ adj.\n   first\n\n");
  EXPECT_EQ(pages[1], "two\n   second\n\nthree\n");
}

TEST(Dictionary, SourceNotesGo) {
  EXPECT_EQ(strip_dict("see {ape}\n   [1913 Webster]\n"), "see ape\n");
}

TEST(Novels, ChaptersWithoutWhatComesBefore) {
  const auto parts = chapters("EMMA\n\nCHAPTER I\nhandsome\nChapter 2\nrich\n");
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0], "CHAPTER I\nhandsome\n");
}

TEST(Tidy, BlankLinesNeverPileUp) {
  EXPECT_EQ(tidy("\n\na  \n\n\n\nb\r\n"), "a\n\nb\n");
}

TEST(RStrings, VectorsOfAllChunksAreTexts) {
  const auto texts = r_texts(r_vector({"a", "", "b"}) + r_vector({"c"}));
  ASSERT_EQ(texts.size(), 2U);
  EXPECT_EQ(texts[0], "a\n\nb\n");
  EXPECT_EQ(texts[1], "c\n");
}

TEST(RStrings, DamagedFilesGiveNothing) {
  const auto whole = r_vector({"abcdefghijklmnop"});
  EXPECT_TRUE(r_texts(whole.substr(0, whole.size() - 6)).empty());
  EXPECT_TRUE(r_texts("1234no zlib").empty());
  EXPECT_TRUE(r_texts("").empty());
}

TEST(Inflate, DamageIsNoticed) {
  const std::string text = "some text that is long enough";
  const auto bytes = zlib_of(text);
  ASSERT_TRUE(inflate_stream(bytes, text.size()).has_value());
  EXPECT_EQ(inflate_stream(bytes + "more", text.size())->used, bytes.size());
  EXPECT_FALSE(inflate_stream(bytes.substr(0, bytes.size() - 3), text.size())
                   .has_value());
  EXPECT_FALSE(inflate_stream(bytes, text.size() + 1).has_value());
  EXPECT_FALSE(inflate_stream(bytes, 1U << 31U).has_value());
  EXPECT_FALSE(inflate_stream("plain", 5).has_value());
}

std::string gzip_of(std::string_view text) {
  std::string out(compressBound(text.size()) + 64, '\0');
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(Unpack, MembersOfAGzAreOneText) {
  EXPECT_EQ(unpacked(gzip_of("one ") + gzip_of("two")), "one two");
}

TEST(Unpack, OtherFilesStayAsTheyAre) {
  EXPECT_EQ(unpacked("plain"), "plain");
  EXPECT_EQ(unpacked(""), "");
}

TEST(Unpack, DamageGivesNothing) {
  const auto bytes = gzip_of(std::string(5000, 'x') + "end of the text");
  EXPECT_FALSE(unpacked(bytes.substr(0, bytes.size() / 2)).has_value());
  EXPECT_FALSE(unpacked("\x1f\x8b").has_value());
}

}  // namespace
}  // namespace moestro

# SPDX-License-Identifier: Apache-2.0
"""Small made-up trees for tools/check_types.py."""
import sys
import unittest

from made_up_tree import TOOLS, report_of


def report_on(files):
    return report_of("check_types.py", files)


def inside(text, namespace="moestro"):
    """A source's text: what headers must say is tested apart."""
    return f"namespace {namespace} {{\n{text}\n}}\n"


class CheckTypes(unittest.TestCase):

    def clean(self, first, second):
        self.assertEqual(
            report_on({"moestro/base/a.cpp": first, "moestro/ops/b.cpp": second}), "")

    def found(self, first, second):
        said = report_on({"moestro/base/a.cpp": first, "moestro/ops/b.cpp": second})
        self.assertEqual(
            said.splitlines(),
            ["moestro/ops/b.cpp:2: a type name is declared once; 'moestro::Plan' "
             "is also at moestro/base/a.cpp:2; name it for what it is, or put it "
             "into an unnamed namespace"])

    def test_two_types_of_one_name_are_found(self):
        self.found(inside("struct Plan { int a; };"), inside("struct Plan {};"))

    def test_a_class_and_an_enum_of_one_name_are_found(self):
        self.found(inside("class Plan final : public Base {};"),
                   inside("enum class Plan : int { kA };"))

    def test_a_template_is_a_type(self):
        self.found(inside("template <class T> struct Plan {};"),
                   inside("struct Plan {};"))

    def test_forward_declarations_are_none(self):
        self.clean(inside("struct Plan {};"), inside("struct Plan; class Plan;"))

    def test_specialisations_are_no_second_type(self):
        self.clean(inside("template <class T> struct Plan {};"),
                   inside("template <> struct Plan<int> {};"))

    def test_another_namespace_is_another_name(self):
        self.clean(inside("struct Plan {};"),
                   inside("struct Plan {};", "moestro::place"))

    def test_an_unnamed_namespace_is_nobodys_business(self):
        self.clean(inside("struct Plan {};"),
                   inside(inside("struct Plan {};", "")))

    def test_a_type_inside_of_a_type_has_its_name(self):
        self.clean(inside("struct Plan {};"),
                   inside("struct Other { struct Plan {}; };"))

    def test_comments_and_literals_declare_nothing(self):
        self.clean(inside("struct Plan {};"),
                   inside('// struct Plan {\nauto a = "struct Plan {";'))

    def test_functions_that_return_a_type_declare_nothing(self):
        self.clean(inside("struct Plan {};"),
                   inside("inline struct Plan make() { return {}; }"))


class CheckExports(unittest.TestCase):
    PLAIN = ("#pragma once\n\nnamespace moestro {\nint f();\n"
             "}  // namespace moestro\n")
    SHOWN = ('#pragma once\n\n#include "moestro/base/api.h"\n\n'
             "MOESTRO_API_BEGIN\nnamespace moestro {\nint f();\n"
             "}  // namespace moestro\nMOESTRO_API_END\n")

    def test_a_header_that_shows_nothing_is_found(self):
        self.assertIn("a header of the library shows what it declares",
                      report_on({"moestro/base/a.h": self.PLAIN}))

    def test_a_header_that_shows_its_names_is_fine(self):
        self.assertEqual(report_on({"moestro/base/a.h": self.SHOWN}), "")

    def test_headers_of_the_program_and_of_tests_need_nothing(self):
        self.assertEqual(report_on({"cli/a.h": self.PLAIN,
                                    "tests/b.h": self.PLAIN}), "")

    def test_what_is_missing_can_be_written(self):
        sys.path.insert(0, str(TOOLS))
        import check_types
        self.assertEqual(check_types.shown(self.PLAIN), self.SHOWN)
        self.assertEqual(check_types.shown(self.SHOWN), self.SHOWN)


if __name__ == "__main__":
    unittest.main()

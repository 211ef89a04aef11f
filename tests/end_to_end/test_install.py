# SPDX-License-Identifier: Apache-2.0
"""An installed copy: it names nothing of this machine, and programs outside of the
tree build against it."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from harness import Case, ROOT, environment, session_folder

BUILD = pathlib.Path(os.environ["MOESTRO_BUILD"])
TORCH = os.environ["MOESTRO_TORCH_FOUND"]
COMPILER = os.environ["MOESTRO_COMPILER"]

CORE_PROGRAM = """\
#include <moestro/plan.h>
#include <moestro/record.h>
#include <moestro/stats.h>

int main() {
  const auto request = moestro::parse_json(
      R"({"load":[[4,3,2,1]],"slots":6,"devices":2})", "request");
  return !moestro::plan_eplb(request).find("peak");
}
"""
CORE_CMAKE = """\
cmake_minimum_required(VERSION 3.25)
project(outside CXX)
find_package(moestro 0.1 CONFIG REQUIRED COMPONENTS core)
add_executable(outside main.cpp)
target_link_libraries(outside PRIVATE moestro::core)
"""


def done(*command, **extra):
    result = subprocess.run(
        list(map(str, command)), capture_output=True, text=True,
        errors="replace", env=environment(**extra))
    if result.returncode != 0:
        raise AssertionError(f"{command}\n{result.stdout[-3000:]}"
                             f"{result.stderr[-3000:]}")
    return result.stdout


class Installed(Case):
    @classmethod
    def setUpClass(cls):
        cls.prefix = pathlib.Path(tempfile.mkdtemp(dir=session_folder())) / "moestro"
        done("cmake", "--install", BUILD, "--prefix", cls.prefix)

    def build(self, source, *options):
        """Configures and builds a folder outside of the tree; where it lies."""
        build = self.folder / "build"
        done("cmake", "-S", source, "-B", build, "-G", "Ninja",
             f"-DCMAKE_CXX_COMPILER={COMPILER}",
             f"-DCMAKE_PREFIX_PATH={self.prefix}", *options)
        done("cmake", "--build", build)
        return build

    def test_nothing_names_the_tree_or_the_virtual_environment(self):
        places = [str(ROOT).encode(), str(BUILD).encode(), TORCH.encode()]
        files = [p for p in self.prefix.rglob("*") if p.is_file()]
        self.assertGreater(len(files), 50)
        for path in files:
            data = path.read_bytes()
            for place in places:
                self.assertNotIn(place, data, path.relative_to(self.prefix))

    def test_headers_libraries_recipes_and_licence_are_there(self):
        for pattern in ("include/moestro/plan.h", "include/moestro/parts.h",
                        "lib*/**/libmoestro_core.so*", "bin/moestro",
                        "share/moestro/recipes/deepseek-v3.toml",
                        "share/doc/moestro/LICENSE"):
            self.assertTrue(list(self.prefix.glob(pattern)), pattern)
        listed = [line for line in (ROOT / "public.txt").read_text().split()]
        for header in listed:
            self.assertTrue((self.prefix / "include" / header).exists(), header)

    def test_program_finds_torch_where_it_is_told(self):
        said = done(self.prefix / "bin/moestro", "methods",
                    MOESTRO_TORCH_PREFIX=TORCH)
        self.assertIn("deepseek-v3", said)

    def test_program_without_torch_has_its_core_verbs_and_says_what_is_missing(self):
        program = self.prefix / "bin/moestro"
        done(program, "plan", "--help")
        result = subprocess.run([program, "methods"], capture_output=True,
                                text=True, env=environment())
        self.refused(result, 1, "MOESTRO_TORCH_PREFIX")

    def test_core_component_needs_no_torch(self):
        source = self.folder / "outside"
        source.mkdir()
        (source / "main.cpp").write_text(CORE_PROGRAM)
        (source / "CMakeLists.txt").write_text(CORE_CMAKE)
        done(self.build(source) / "outside")

    def test_examples_build_and_run_outside_of_the_tree(self):
        source = shutil.copytree(ROOT / "examples", self.folder / "examples")
        build = self.build(source, f"-DMOESTRO_TORCH_PREFIX={TORCH}")
        done(build / "example_layer")
        said = done(build / "external_router/external_router", "methods")
        self.assertIn("round-robin", said)

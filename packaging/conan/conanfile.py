# SPDX-License-Identifier: Apache-2.0
"""Conan 2 recipe of the checkout it lies in: conan create packaging/conan --build=missing

Unverified: written by Conan's documentation, not run yet.
"""
import re
from pathlib import Path

from conan import ConanFile
from conan.tools.build import check_min_cppstd
from conan.tools.files import copy
from conan.tools.layout import basic_layout

BACKENDS = {"serial": 0, "threads": 1, "tbb": 2}             # the numbers of kernel/parallel.hpp


class Tutti(ConanFile):
    name = "tutti"
    description = "Ensembles as types: machine learning for C++20 programs"
    license = "Apache-2.0"
    topics = ("machine-learning", "ensemble", "header-only")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"parallel": list(BACKENDS), "with_zlib": [True, False]}
    default_options = {"parallel": "tbb", "with_zlib": True}
    no_copy_source = True

    @property
    def checkout(self):
        return Path(self.recipe_folder).parent.parent

    def set_version(self):
        text = (self.checkout / "include" / "tutti" / "version.hpp").read_text()
        self.version = ".".join(re.search(rf"version_{part} = (\d+)", text).group(1) for part in ("major", "minor", "patch"))

    def export_sources(self):
        copy(self, "*.hpp", self.checkout / "include", Path(self.export_sources_folder) / "include")
        copy(self, "LICENSE", self.checkout, self.export_sources_folder)

    def layout(self):
        basic_layout(self)

    def requirements(self):
        self.requires("eigen/[>=3.4 <4]", transitive_headers=True)
        self.requires("xsimd/[>=8.1]", transitive_headers=True)
        if self.options.parallel == "tbb":
            self.requires("onetbb/[>=2021.6]", transitive_headers=True, transitive_libs=True)
        if self.options.with_zlib:
            self.requires("zlib/[>=1.2.11 <2]", transitive_headers=True, transitive_libs=True)

    def validate(self):
        check_min_cppstd(self, 20)

    def package(self):
        copy(self, "LICENSE", self.source_folder, Path(self.package_folder) / "licenses")
        copy(self, "*.hpp", Path(self.source_folder) / "include", Path(self.package_folder) / "include")

    def package_id(self):
        self.info.settings.clear()                           # headers are the same for all; what they use is the options'

    def package_info(self):
        self.cpp_info.set_property("cmake_file_name", "tutti")
        self.cpp_info.set_property("cmake_target_name", "tutti::tutti")
        self.cpp_info.set_property("pkg_config_name", "tutti")
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        self.cpp_info.defines = [f"TUTTI_PARALLEL={BACKENDS[str(self.options.parallel)]}"]
        if self.options.with_zlib:
            self.cpp_info.defines.append("TUTTI_HAS_ZLIB=1")
        if self.options.parallel == "threads":
            self.cpp_info.system_libs = ["pthread"]

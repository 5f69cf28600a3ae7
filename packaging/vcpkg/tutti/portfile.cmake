# SPDX-License-Identifier: Apache-2.0
# Unverified: written by vcpkg's documentation, not run yet.
# An overlay port that installs the checkout it lies in: vcpkg install tutti --overlay-ports=packaging/vcpkg
get_filename_component(SOURCE_PATH "${CURRENT_PORT_DIR}/../../.." ABSOLUTE)
set(VCPKG_BUILD_TYPE release)                                # headers alone: there is nothing to debug

vcpkg_cmake_configure(
  SOURCE_PATH "${SOURCE_PATH}"
  OPTIONS -DTUTTI_BUILD_TESTS=OFF -DTUTTI_BUILD_BENCHMARKS=OFF -DTUTTI_BUILD_EXAMPLES=OFF -DTUTTI_INSTALL=ON
)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/tutti)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/share/cmake" "${CURRENT_PACKAGES_DIR}/share/licenses")
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")

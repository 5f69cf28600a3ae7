# SPDX-License-Identifier: Apache-2.0
# Headers, and a package in which find_package(tutti) finds tutti::tutti with everything it needs.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(tutti_package_dir "${CMAKE_INSTALL_DATADIR}/cmake/tutti")      # share/: nothing in it depends on the machine
configure_package_config_file(cmake/tuttiConfig.cmake.in "${PROJECT_BINARY_DIR}/package/tuttiConfig.cmake"
                              INSTALL_DESTINATION "${tutti_package_dir}"
                              PATH_VARS CMAKE_INSTALL_INCLUDEDIR NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file("${PROJECT_BINARY_DIR}/package/tuttiConfigVersion.cmake"
                                 COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)

install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(FILES "${PROJECT_BINARY_DIR}/package/tuttiConfig.cmake"
              "${PROJECT_BINARY_DIR}/package/tuttiConfigVersion.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/tuttiDependencies.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/tuttiDispatch.cmake"
              "${PROJECT_SOURCE_DIR}/cmake/dispatch.cpp.in"
        DESTINATION "${tutti_package_dir}")
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION "${CMAKE_INSTALL_DATADIR}/licenses/tutti")

# tutti.pc for builds without CMake, with the backend and the libraries of this configuration.
set(tutti_pc_requires xsimd eigen3)
set(tutti_pc_libs "")
get_target_property(tutti_pc_definitions tutti INTERFACE_COMPILE_DEFINITIONS)
list(TRANSFORM tutti_pc_definitions PREPEND "-D" OUTPUT_VARIABLE tutti_pc_cflags)
list(JOIN tutti_pc_cflags " " tutti_pc_cflags)
if(TUTTI_PARALLEL STREQUAL "tbb")
  list(APPEND tutti_pc_requires tbb)
elseif(TUTTI_PARALLEL STREQUAL "threads")
  string(APPEND tutti_pc_cflags " -pthread")
  set(tutti_pc_libs -pthread)
endif()
if(TARGET ZLIB::ZLIB)
  list(APPEND tutti_pc_requires zlib)
endif()
list(JOIN tutti_pc_requires " " tutti_pc_requires)
file(RELATIVE_PATH tutti_pc_prefix "/${CMAKE_INSTALL_DATADIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" tutti_pc_prefix "${tutti_pc_prefix}")
configure_file(cmake/tutti.pc.in "${PROJECT_BINARY_DIR}/package/tutti.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/package/tutti.pc" DESTINATION "${CMAKE_INSTALL_DATADIR}/pkgconfig")

# cpack -G DEB: a package of headers for Debian and Ubuntu.
if(PROJECT_IS_TOP_LEVEL)
  set(CPACK_GENERATOR TGZ)
  set(CPACK_PACKAGE_NAME libtutti-dev)
  set(CPACK_PACKAGE_CONTACT "the authors of tutti")
  set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
  set(CPACK_RESOURCE_FILE_LICENSE "${PROJECT_SOURCE_DIR}/LICENSE")
  set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
  set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE all)
  set(CPACK_DEBIAN_PACKAGE_SECTION libdevel)
  set(CPACK_DEBIAN_PACKAGE_DEPENDS "libxsimd-dev, libeigen3-dev, libtbb-dev, zlib1g-dev")
  include(CPack)
endif()

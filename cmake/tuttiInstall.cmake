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

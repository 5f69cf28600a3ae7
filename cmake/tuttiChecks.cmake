# SPDX-License-Identifier: Apache-2.0
# Tests that call a compiler or read the sources. They need Python 3; sanitizer builds leave them out.
find_package(Python3 COMPONENTS Interpreter)
if(Python3_FOUND)
  option(TUTTI_BUILD_CHECKS "Register the tests of layering, headers, messages, documents and compile cost" ON)
else()
  message(STATUS "tutti: no python3, so the tests of layering, headers, messages and documents are left out")
  set(TUTTI_BUILD_CHECKS OFF)
endif()

set(tutti_scripts "${PROJECT_SOURCE_DIR}/scripts")

# tutti_add_check(<name> <script> <arguments>...)
function(tutti_add_check name script)
  add_test(NAME ${name} COMMAND Python3::Interpreter "${tutti_scripts}/${script}" ${ARGN})
  set_tests_properties(${name} PROPERTIES LABELS check TIMEOUT 900)
endfunction()

function(tutti_add_checks)
  set(compile --compiler "${CMAKE_CXX_COMPILER}" --flags "${tutti_flags_file}")
  tutti_add_check(layers check_layers.py)
  tutti_add_check(layers.self_test check_layers.py --self-test)
  tutti_add_check(headers_alone check_headers.py ${compile})
  tutti_add_check(docs check_docs.py ${compile})
  tutti_add_check(docs.self_test check_docs.py --compiler "${CMAKE_CXX_COMPILER}" --self-test)
  tutti_add_check(docs.links check_links.py)
  tutti_add_check(docs.links.self_test check_links.py --self-test)
  find_program(TUTTI_DOXYGEN doxygen)
  mark_as_advanced(TUTTI_DOXYGEN)
  if(TUTTI_DOXYGEN)
    execute_process(COMMAND "${TUTTI_DOXYGEN}" --version OUTPUT_VARIABLE doxygen_version)
    if(doxygen_version MATCHES "^1\\.9\\.4")                 # others warn of other things
      tutti_add_check(docs.site docs)
    endif()
  endif()
  tutti_add_check(reject.self_test check_reject.py --compiler "${CMAKE_CXX_COMPILER}" --self-test)
  tutti_add_check(portable check_portable.py ${compile})
  tutti_add_check(dispatch check_dispatch.py --compiler "${CMAKE_CXX_COMPILER}" --cmake "${CMAKE_COMMAND}")
  tutti_add_check(compile-cost compile_cost.py --flags "${tutti_flags_file}")
  tutti_add_check(instruction-count instruction_count.py)
  set_tests_properties(dispatch instruction-count compile-cost PROPERTIES SKIP_RETURN_CODE 77)
  set_tests_properties(headers_alone docs portable PROPERTIES PROCESSORS 2 COST 900)   # the longest begin: no core waits for them
  set_tests_properties(compile-cost instruction-count PROPERTIES COST 800)             # at the end
endfunction()

# reject.<program>.<compiler>: tests/reject/<program>.cpp with this compiler and, where it is installed, with the other,
# where only the message is looked at. Each compiler parses the library once, reject.precompile.<compiler>.
function(tutti_add_reject_tests)
  set(compilers "${CMAKE_CXX_COMPILER}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    find_program(TUTTI_OTHER_COMPILER clang++)
    set(names g++ clang++)
  else()
    find_program(TUTTI_OTHER_COMPILER g++)
    set(names clang++ g++)
  endif()
  mark_as_advanced(TUTTI_OTHER_COMPILER)
  if(TUTTI_OTHER_COMPILER)
    list(APPEND compilers "${TUTTI_OTHER_COMPILER}")
  else()
    list(POP_BACK names)
  endif()
  foreach(compiler label IN ZIP_LISTS compilers names)
    tutti_add_check(reject.precompile.${label} check_reject.py --compiler "${compiler}" --flags "${tutti_flags_file}"
                    --precompile "${CMAKE_CURRENT_BINARY_DIR}/reject/${label}")
    set_tests_properties(reject.precompile.${label} PROPERTIES FIXTURES_SETUP tutti_precompiled_${label})
  endforeach()
  file(GLOB programs CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/reject/*.cpp")
  foreach(program IN LISTS programs)
    cmake_path(GET program STEM name)
    set(twin "")
    foreach(compiler label IN ZIP_LISTS compilers names)
      tutti_add_check(reject.${name}.${label} check_reject.py --compiler "${compiler}" --flags "${tutti_flags_file}"
                      --precompiled "${CMAKE_CURRENT_BINARY_DIR}/reject/${label}" "${program}" ${twin})
      set_tests_properties(reject.${name}.${label} PROPERTIES FIXTURES_REQUIRED tutti_precompiled_${label})
      set(twin --no-twin)
    endforeach()
  endforeach()
endfunction()

# consume.<way>: a project of its own that uses tutti in one of the ways there are, configured, built and run.
function(tutti_add_consume_tests)
  set(source "${PROJECT_SOURCE_DIR}/tests/consume")
  set(work "${CMAKE_CURRENT_BINARY_DIR}/consume")
  file(MAKE_DIRECTORY "${work}")

  add_test(NAME consume.install COMMAND "${CMAKE_COMMAND}" --install "${PROJECT_BINARY_DIR}" --prefix "${work}/prefix"
                                        --config $<CONFIG>)
  set_tests_properties(consume.install PROPERTIES FIXTURES_SETUP tutti_installed LABELS check)
  add_test(NAME consume.pack WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
           COMMAND "${CMAKE_COMMAND}" -E tar czf "${work}/tutti.tar.gz" CMakeLists.txt LICENSE cmake include)
  set_tests_properties(consume.pack PROPERTIES FIXTURES_SETUP tutti_packed LABELS check)

  add_test(NAME consume.amalgamate COMMAND Python3::Interpreter "${tutti_scripts}/amalgamate" "${work}/single/tutti/tutti.hpp")
  set_tests_properties(consume.amalgamate PROPERTIES FIXTURES_SETUP tutti_amalgamated LABELS check)

  set(find_package_options "-DCMAKE_PREFIX_PATH=${work}/prefix")
  set(add_subdirectory_options "-DTUTTI_SOURCE=${PROJECT_SOURCE_DIR}")
  set(fetch_content_options "-DTUTTI_ARCHIVE=file://${work}/tutti.tar.gz")
  set(single_header_options "-DTUTTI_SINGLE=${work}/single" "-DTUTTI_DEPENDENCIES=${PROJECT_SOURCE_DIR}/cmake/tuttiDependencies.cmake")
  set(find_package_needs tutti_installed)
  set(add_subdirectory_needs "")
  set(fetch_content_needs tutti_packed)
  set(single_header_needs tutti_amalgamated)
  foreach(way IN ITEMS find_package add_subdirectory fetch_content single_header)
    if(way STREQUAL "find_package" AND NOT TUTTI_INSTALL)
      set_tests_properties(consume.install PROPERTIES DISABLED TRUE)
      continue()
    endif()
    add_test(NAME consume.${way}
             COMMAND "${CMAKE_CTEST_COMMAND}" --build-and-test "${source}/${way}" "${work}/${way}"
                     --build-generator "${CMAKE_GENERATOR}" --build-makeprogram "${CMAKE_MAKE_PROGRAM}"
                     --build-options ${${way}_options} "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}"
                                     "-DTUTTI_PARALLEL=${TUTTI_PARALLEL}" "-DTUTTI_VERSION=${PROJECT_VERSION}"
                     --test-command consumer "${PROJECT_VERSION}")
    set_tests_properties(consume.${way} PROPERTIES FIXTURES_REQUIRED "${${way}_needs}" LABELS check TIMEOUT 300)
  endforeach()

  find_program(TUTTI_PKG_CONFIG NAMES pkg-config pkgconf)
  mark_as_advanced(TUTTI_PKG_CONFIG)
  if(TUTTI_INSTALL AND TUTTI_PKG_CONFIG)
    add_test(NAME consume.pkg_config
             COMMAND "${CMAKE_COMMAND}" "-DPKG_CONFIG=${TUTTI_PKG_CONFIG}" "-DPREFIX=${work}/prefix" "-DDATA=${CMAKE_INSTALL_DATADIR}"
                     "-DCOMPILER=${CMAKE_CXX_COMPILER}" "-DVERSION=${PROJECT_VERSION}" "-DWORK=${work}/pkg_config"
                     -P "${source}/pkg_config/build.cmake")
    set_tests_properties(consume.pkg_config PROPERTIES FIXTURES_REQUIRED tutti_installed LABELS check TIMEOUT 300)
  endif()
endfunction()

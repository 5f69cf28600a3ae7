# SPDX-License-Identifier: Apache-2.0
# Tests: one executable per tests/<folder>, one doctest main for all of them, and a precompiled header for all with the same flags.

find_path(TUTTI_DOCTEST_INCLUDE_DIR doctest/doctest.h)
if(NOT TUTTI_DOCTEST_INCLUDE_DIR)
  message(FATAL_ERROR "tutti: doctest is missing (doctest-dev), or set TUTTI_BUILD_TESTS to OFF")
endif()

add_library(tutti_testing INTERFACE)
target_link_libraries(tutti_testing INTERFACE tutti_develop)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang" AND CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(tutti_testing INTERFACE -Wconversion)
  set(tutti_test_level -O0)                                  # tests compile for minutes and run for a second,
  set(tutti_test_level_computing -O1)                        # but for those that compute
  set(tutti_computing_tests kernel model tune)
endif()
find_package(TBB CONFIG QUIET)                               # the tests try all backends in one program
if(TARGET TBB::tbb)
  target_link_libraries(tutti_testing INTERFACE TBB::tbb)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")                     # GCC 12 takes the undefined registers of its own AVX-512 header for
  target_compile_options(tutti_testing INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized)  # mistakes (bug 105593), but only behind
endif()                                                      # a precompiled header: examples and documents keep these warnings
target_include_directories(tutti_testing SYSTEM INTERFACE "${TUTTI_DOCTEST_INCLUDE_DIR}")
target_include_directories(tutti_testing INTERFACE "${PROJECT_SOURCE_DIR}/tests")
target_compile_definitions(tutti_testing INTERFACE DOCTEST_CONFIG_SUPER_FAST_ASSERTS
                           TUTTI_EXAMPLE_DATA="${PROJECT_SOURCE_DIR}/examples/data"
                           TUTTI_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/reference")

add_library(tutti_test_main OBJECT "${PROJECT_SOURCE_DIR}/tests/main.cpp")
target_link_libraries(tutti_test_main PRIVATE tutti_testing)
target_compile_options(tutti_test_main PRIVATE ${tutti_test_level})

foreach(kind IN ITEMS "" _computing)
  add_library(tutti_test_pch${kind} OBJECT EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/cmake/empty.cpp")
  target_link_libraries(tutti_test_pch${kind} PRIVATE tutti_testing)
  target_compile_options(tutti_test_pch${kind} PRIVATE ${tutti_test_level${kind}})
  target_precompile_headers(tutti_test_pch${kind} PRIVATE "${PROJECT_SOURCE_DIR}/tests/precompiled.hpp")
endforeach()

# tutti_add_test_folder(<folder>): builds test_<folder> from tests/<folder>/*.cpp, registers it as unit.<folder>
function(tutti_add_test_folder folder)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${folder}/*.cpp")
  if("${CMAKE_CXX_FLAGS} ${CMAKE_EXE_LINKER_FLAGS}" MATCHES "fsanitize=thread" AND folder STREQUAL "kernel")
    foreach(source IN LISTS sources)                         # a kernel on one thread, ten times slower, shows no race
      file(STRINGS "${source}" parallel REGEX "parallel|threads|[Tt]eam")
      if(NOT parallel)
        list(REMOVE_ITEM sources "${source}")
      endif()
    endforeach()
  endif()
  if(NOT sources)
    return()
  endif()
  add_executable(test_${folder} ${sources})
  set(kind "")
  if(folder IN_LIST tutti_computing_tests)
    set(kind _computing)
  endif()
  target_link_libraries(test_${folder} PRIVATE tutti_testing tutti_test_main)
  target_compile_options(test_${folder} PRIVATE ${tutti_test_level${kind}})
  target_precompile_headers(test_${folder} REUSE_FROM tutti_test_pch${kind})
  add_test(NAME unit.${folder} COMMAND test_${folder} WORKING_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}")
  set_tests_properties(unit.${folder} PROPERTIES LABELS unit TIMEOUT 900)
endfunction()

# unit.fuzz.<target>: tests/fuzz/<target>.cpp called with every file of its corpus. scripts/fuzz looks for new ones, with clang.
function(tutti_add_fuzz_replays)
  set(here "${PROJECT_SOURCE_DIR}/tests/fuzz")
  add_custom_target(test_fuzz ALL)
  add_library(tutti_fuzz_replay OBJECT "${here}/replay.cpp")
  target_link_libraries(tutti_fuzz_replay PRIVATE tutti_testing)
  target_compile_options(tutti_fuzz_replay PRIVATE ${tutti_test_level})
  file(GLOB corpora CONFIGURE_DEPENDS LIST_DIRECTORIES true "${here}/corpus/*")
  foreach(corpus IN LISTS corpora)
    cmake_path(GET corpus FILENAME target)
    add_executable(fuzz_${target} "${here}/${target}.cpp")
    target_link_libraries(fuzz_${target} PRIVATE tutti_testing tutti_fuzz_replay)
    target_compile_options(fuzz_${target} PRIVATE ${tutti_test_level})
    add_dependencies(test_fuzz fuzz_${target})
    add_test(NAME unit.fuzz.${target} COMMAND fuzz_${target} "${corpus}")
    set_tests_properties(unit.fuzz.${target} PROPERTIES LABELS unit TIMEOUT 300)
  endforeach()
endfunction()

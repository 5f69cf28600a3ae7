# SPDX-License-Identifier: Apache-2.0
# What our own tests, benchmarks and examples are built with. Nothing here reaches a consumer.

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug, RelWithDebInfo" FORCE)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)

# tutti_develop: the library, our warnings, and the machine's own instructions.
add_library(tutti_develop INTERFACE)
target_link_libraries(tutti_develop INTERFACE tutti::tutti)
if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(tutti_develop INTERFACE -Wall -Wextra)
  if(TUTTI_NATIVE)
    include(CheckCXXCompilerFlag)
    check_cxx_compiler_flag(-march=native TUTTI_KNOWS_MARCH_NATIVE)
    if(TUTTI_KNOWS_MARCH_NATIVE)
      target_compile_options(tutti_develop INTERFACE -march=native)
    endif()
  endif()
endif()

# The same flags for the scripts that call the compiler themselves: one option a line.
add_library(tutti_flags_probe OBJECT EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/cmake/empty.cpp")
target_link_libraries(tutti_flags_probe PRIVATE tutti::tutti)
set(tutti_flags_file "${PROJECT_BINARY_DIR}/flags/$<CONFIG>.txt")
set(tutti_includes "$<TARGET_PROPERTY:tutti_flags_probe,INCLUDE_DIRECTORIES>")
set(tutti_own "^(${PROJECT_SOURCE_DIR}/include|/usr/include)$")              # -isystem would upset the order of these
set(tutti_includes "$<REMOVE_DUPLICATES:$<FILTER:${tutti_includes},EXCLUDE,${tutti_own}>>")
set(tutti_definitions "$<TARGET_PROPERTY:tutti_flags_probe,COMPILE_DEFINITIONS>")
file(GENERATE OUTPUT "${tutti_flags_file}" CONTENT
"-std=c++20
-I${PROJECT_SOURCE_DIR}/include
$<$<BOOL:${tutti_includes}>:-isystem$<JOIN:${tutti_includes},\n-isystem>>
-D$<JOIN:${tutti_definitions},\n-D>
")

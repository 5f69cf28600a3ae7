# SPDX-License-Identifier: Apache-2.0
# One program for several instruction sets: docs/adr/0021-sources-are-compiled-once-for-each-instruction-set.md.

# tutti_add_dispatched_library(<name> SOURCES <file>... FUNCTIONS <name>... [SETS <instruction set>...] [LINK <target>...])
#
# A library of the sources, compiled once for each set and kept apart; a call of one of the functions, which are extern "C",
# goes to the best set that the machine has. TUTTI_INSTRUCTIONS=<set> in the environment bounds the choice. The sets are x86-64,
# x86-64-v2, -v3 (AVX2), -v4 (AVX-512) and x86-64-v4-vnni; the first, third and fourth are the default. LINK is what else the
# sources need. In a shared library: CMAKE_POSITION_INDEPENDENT_CODE. Needs x86-64, GNU ld and objcopy: elsewhere the sources
# are compiled once, with the flags of the project.
function(tutti_add_dispatched_library name)
  cmake_parse_arguments(library "" "" "SOURCES;FUNCTIONS;SETS;LINK" ${ARGN})
  if(NOT library_SOURCES OR NOT library_FUNCTIONS OR library_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tutti_add_dispatched_library(${name}) needs SOURCES and FUNCTIONS, got '${ARGN}'")
  endif()
  if(NOT library_SETS)
    set(library_SETS x86-64 x86-64-v3 x86-64-v4)
  endif()
  find_program(TUTTI_PARTIAL_LINKER NAMES ld.bfd ld)
  mark_as_advanced(TUTTI_PARTIAL_LINKER)
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" OR NOT UNIX OR APPLE OR NOT TUTTI_PARTIAL_LINKER OR NOT CMAKE_OBJCOPY)
    message(STATUS "tutti: ${name} is compiled for one instruction set (several need x86-64, GNU ld and objcopy)")
    add_library(${name} STATIC ${library_SOURCES})
    target_link_libraries(${name} PUBLIC tutti::tutti ${library_LINK})
    return()
  endif()

  set(known x86-64 x86-64-v2 x86-64-v3 x86-64-v4 x86-64-v4-vnni)                      # from the least to the most
  set(work "${CMAKE_CURRENT_BINARY_DIR}/${name}_sets")
  set(objects "")
  set(declarations "")
  set(rows "")
  foreach(set IN LISTS known)
    if(set IN_LIST library_SETS)
      tutti_add_instruction_set(${name} ${set})
    endif()
  endforeach()
  list(REMOVE_ITEM library_SETS ${known})
  if(library_SETS)
    message(FATAL_ERROR "tutti_add_dispatched_library(${name}): the sets are ${known}, not ${library_SETS}")
  endif()

  list(LENGTH library_FUNCTIONS count)
  set(jumps "")
  set(place 0)
  foreach(function IN LISTS library_FUNCTIONS)
    string(APPEND jumps "    \".globl ${function}\\n.type ${function}, @function\\n${function}: "
                        "jmp *${name}_chosen+${place}(%rip)\\n.size ${function}, .-${function}\\n\"\n")
    math(EXPR place "${place} + 8")
  endforeach()
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/dispatch.cpp.in" "${work}/dispatch.cpp" @ONLY)
  add_library(${name} STATIC "${work}/dispatch.cpp" ${objects})
  set_source_files_properties(${objects} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  set_target_properties(${name} PROPERTIES INTERPROCEDURAL_OPTIMIZATION FALSE LINKER_LANGUAGE CXX)
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} INTERFACE tutti::tutti ${library_LINK})
endfunction()

# One set of the library: its sources in one object file that shows nothing but its functions, under names of their own. A macro:
# it adds to the lists of the function above.
macro(tutti_add_instruction_set name set)
  string(MAKE_C_IDENTIFIER "${name}_${set}" id)
  set(flags "-march=${set}")
  if(set STREQUAL "x86-64-v4-vnni")
    set(flags -march=x86-64-v4 -mavx512vnni)
  endif()
  add_library(${id} OBJECT EXCLUDE_FROM_ALL ${library_SOURCES})
  target_link_libraries(${id} PRIVATE tutti::tutti ${library_LINK})
  target_compile_options(${id} PRIVATE ${flags} $<$<CXX_COMPILER_ID:GNU>:-fno-gnu-unique>)
  set_target_properties(${id} PROPERTIES INTERPROCEDURAL_OPTIMIZATION FALSE)

  # Initialisers of globals would run on every machine: they get a section from which the chosen ones are called. Groups are dissolved,
  # or else the linker would keep one of those with equal names, of any set.
  set(script "${work}/${set}.ld")
  file(CONFIGURE OUTPUT "${script}" CONTENT
"FORCE_GROUP_ALLOCATION
SECTIONS { ${id}_initialisers : { KEEP(*(SORT_BY_INIT_PRIORITY(.init_array.*))) KEEP(*(.init_array)) } }
")
  set(shown "")
  foreach(function IN LISTS library_FUNCTIONS)
    list(APPEND shown "--keep-global-symbol=${function}")
  endforeach()
  set(renamed "")
  set(entries "")
  foreach(function IN LISTS library_FUNCTIONS)
    list(APPEND renamed "--redefine-sym" "${function}=${id}_${function}")
    string(APPEND declarations "void ${id}_${function}();\n")
    list(APPEND entries "${id}_${function}")
  endforeach()
  list(JOIN entries ", " entries)
  string(APPEND declarations "[[gnu::weak]] extern Initialiser __start_${id}_initialisers[], __stop_${id}_initialisers[];\n")
  string(APPEND rows "    {\"${set}\", __start_${id}_initialisers, __stop_${id}_initialisers, {${entries}}},\n")
  list(APPEND objects "${work}/${set}.o")
  add_custom_command(OUTPUT "${work}/${set}.o" DEPENDS ${id} $<TARGET_OBJECTS:${id}> "${script}"
    COMMAND "${TUTTI_PARTIAL_LINKER}" -r -T "${script}" -o "${work}/${set}.r.o" $<TARGET_OBJECTS:${id}>
    COMMAND "${CMAKE_OBJCOPY}" ${shown} "${work}/${set}.r.o" "${work}/${set}.l.o"
    COMMAND "${CMAKE_OBJCOPY}" ${renamed} "${work}/${set}.l.o" "${work}/${set}.o"
    COMMENT "${name} for ${set}" COMMAND_EXPAND_LISTS VERBATIM)
endmacro()

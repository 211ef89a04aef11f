# Registration is data: one manifest line names a part; its source and its test
# follow from the name, and a missing file stops configuration.

# moestro_parts(TARGET FOLDER [SHARED...]): adds the sources of every part that
# FOLDER/parts.def lists, the table itself, and what its parts share.
function(moestro_parts target folder)
  set(def ${PROJECT_SOURCE_DIR}/moestro/${folder}/parts.def)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${def})
  file(STRINGS ${def} lines REGEX "^MOESTRO_PART\\([a-z0-9_]+\\)$")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^MOESTRO_PART\\((.*)\\)$" "\\1" part "${line}")
    set(source ${PROJECT_SOURCE_DIR}/moestro/${folder}/${part}.cpp)
    set(test ${PROJECT_SOURCE_DIR}/tests/${folder}/${part}_test.cpp)
    foreach(file ${source} ${test})
      if(NOT EXISTS ${file})
        message(FATAL_ERROR "${def} lists '${part}' but ${file} is missing")
      endif()
    endforeach()
    target_sources(${target} PRIVATE ${source})
  endforeach()
  foreach(file parts.cpp ${ARGN})
    target_sources(
      ${target} PRIVATE ${PROJECT_SOURCE_DIR}/moestro/${folder}/${file})
  endforeach()
endfunction()

# moestro_folder(TARGET FOLDER...): adds every source of plain folders, those
# without a manifest.
function(moestro_folder target)
  foreach(folder IN LISTS ARGN)
    file(GLOB sources CONFIGURE_DEPENDS
         ${PROJECT_SOURCE_DIR}/moestro/${folder}/*.cpp)
    target_sources(${target} PRIVATE ${sources})
  endforeach()
endfunction()

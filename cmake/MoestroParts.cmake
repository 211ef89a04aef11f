# Registration is data: one manifest line names a part; its source and its test
# follow from the name, and a missing file stops configuration. A manifest is
# the file parts.def of a folder:
#   MOESTRO_KIND(HALF Kind path/of/its/header.h namespace::*)
#   MOESTRO_PART(name)
# where HALF is core or torch and * stands for the name of a part.

file(GLOB_RECURSE MOESTRO_MANIFESTS CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/moestro/parts.def)
set_property(
  DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${MOESTRO_MANIFESTS})

# moestro_read_manifest(): sets folder, half, kind, header, variable and parts
# from the file that `manifest` names.
macro(moestro_read_manifest)
  file(STRINGS ${manifest} head REGEX "^MOESTRO_KIND\\([^ ]+ [^ ]+ [^ ]+ [^ ]+\\)$")
  if(NOT head)
    message(FATAL_ERROR "${manifest} does not begin with a line MOESTRO_KIND")
  endif()
  string(REGEX REPLACE "^MOESTRO_KIND\\((.*)\\)$" "\\1" head "${head}")
  string(REPLACE " " ";" head "${head}")
  list(GET head 0 half)
  list(GET head 1 kind)
  list(GET head 2 header)
  list(GET head 3 variable)
  file(STRINGS ${manifest} parts REGEX "^MOESTRO_PART\\([a-z0-9_]+\\)$")
  list(TRANSFORM parts REPLACE "^MOESTRO_PART\\((.*)\\)$" "\\1")
  cmake_path(GET manifest PARENT_PATH folder)
  cmake_path(RELATIVE_PATH folder BASE_DIRECTORY ${PROJECT_SOURCE_DIR}/moestro)
endmacro()

# moestro_part_folders(OUT HALF): the folders of one half that have a manifest.
function(moestro_part_folders out wanted)
  set(folders)
  foreach(manifest IN LISTS MOESTRO_MANIFESTS)
    moestro_read_manifest()
    if(half STREQUAL wanted)
      list(APPEND folders ${folder})
    endif()
  endforeach()
  set(${out} ${folders} PARENT_SCOPE)
endfunction()

# moestro_check_parts(MANIFEST FOLDER PART...): every part has its two files,
# and no source defines a part that the manifest lacks.
function(moestro_check_parts manifest folder)
  foreach(part IN LISTS ARGN)
    foreach(file moestro/${folder}/${part}.cpp tests/${folder}/${part}_test.cpp)
      if(NOT EXISTS ${PROJECT_SOURCE_DIR}/${file})
        message(FATAL_ERROR "${manifest} lists '${part}' but ${file} is missing")
      endif()
    endforeach()
  endforeach()
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/moestro/${folder}/*.cpp)
  foreach(source IN LISTS sources)
    cmake_path(GET source STEM name)
    file(STRINGS ${source} defined REGEX "^extern constinit const Variant<")
    if(defined AND NOT name IN_LIST ARGN)
      message(FATAL_ERROR "${source} is no part yet: add the line "
                          "MOESTRO_PART(${name}) to ${manifest}")
    endif()
  endforeach()
endfunction()

# moestro_parts(TARGET HALF): adds the folders of one half, and the tables of
# what their manifests list.
function(moestro_parts target wanted)
  set(includes)
  set(tables)
  set(added)
  foreach(manifest IN LISTS MOESTRO_MANIFESTS)
    moestro_read_manifest()
    if(NOT half STREQUAL wanted)
      continue()
    endif()
    moestro_check_parts(${manifest} ${folder} ${parts})
    moestro_folder(${target} ${folder})
    string(REGEX REPLACE "::.*" "" space "${variable}")
    set(declared)
    set(listed)
    foreach(part IN LISTS parts)
      string(REPLACE "*" "${part}" name "${variable}")
      string(REGEX REPLACE ".*::" "" own "${name}")
      string(APPEND declared "extern const Variant<${kind}> ${own};\n")
      string(APPEND listed "      &${name},\n")
    endforeach()
    string(APPEND includes "#include \"${header}\"\n")
    string(APPEND tables "
namespace ${space} {
${declared}}  // namespace ${space}

template <>
std::span<const Variant<${kind}>* const> variants<${kind}>() {
  static constexpr const Variant<${kind}>* table[] = {
${listed}  };
  return table;
}
")
    string(APPEND added "  all.add_all<${kind}>();\n")
  endforeach()
  list(REMOVE_DUPLICATES includes)
  set(half ${wanted})
  set(made ${PROJECT_BINARY_DIR}/made/${half}_parts.cpp)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/parts.cpp.in ${made} @ONLY)
  target_sources(${target} PRIVATE ${made})
endfunction()

# moestro_folder(TARGET FOLDER...): adds every source of some folders.
function(moestro_folder target)
  foreach(folder IN LISTS ARGN)
    file(GLOB sources CONFIGURE_DEPENDS
         ${PROJECT_SOURCE_DIR}/moestro/${folder}/*.cpp)
    target_sources(${target} PRIVATE ${sources})
  endforeach()
endfunction()

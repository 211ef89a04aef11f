# What is installed: libraries, the program, recipes, the headers of public.txt and
# a package config. Each of those headers compiles alone, without a precompiled
# header that would bring what it forgot to include: the target headers_alone.
include(CMakePackageConfigHelpers)
file(STRINGS ${PROJECT_SOURCE_DIR}/public.txt public_headers REGEX "^[^#]")
set_property(
  DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/public.txt)
set(library moestro_torch)
if(NOT MOESTRO_TORCH)
  set(library moestro_core)
  list(FILTER public_headers INCLUDE REGEX
       "/(base|stats|record|plan|metrics|control|diagnose|serve)/|^moestro/(plan|stats|record).h$")
endif()

foreach(header IN LISTS public_headers)
  get_filename_component(folder ${header} DIRECTORY)
  install(
    FILES ${PROJECT_SOURCE_DIR}/${header}
    DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${folder})
  string(MAKE_C_IDENTIFIER ${header} name)
  set(source ${PROJECT_BINARY_DIR}/headers_alone/${name}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n")
  list(APPEND header_sources ${source})
endforeach()
add_library(headers_alone OBJECT EXCLUDE_FROM_ALL ${header_sources})
target_link_libraries(headers_alone PRIVATE ${library})

# Whose torch an installed library uses is not decided here, unless it was named.
set(torch_rpath "")
if(MOESTRO_TORCH_PREFIX OR DEFINED ENV{MOESTRO_TORCH_PREFIX})
  set(torch_rpath "${torch_prefix}/lib")
endif()
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/moestro)

set_target_properties(
  moestro_core PROPERTIES
  EXPORT_NAME core
  INSTALL_RPATH "\$ORIGIN")
set_target_properties(
  moestro PROPERTIES INSTALL_RPATH "\$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
install(TARGETS moestro_core EXPORT moestro-core)
install(TARGETS moestro)
install(
  EXPORT moestro-core NAMESPACE moestro:: DESTINATION ${package})

if(MOESTRO_TORCH)
  set_target_properties(moestro_torch PROPERTIES EXPORT_NAME torch)
  set_target_properties(moestro_cli PROPERTIES EXPORT_NAME cli)
  set_target_properties(
    moestro_torch moestro_cli PROPERTIES
    INSTALL_RPATH "\$ORIGIN;${torch_rpath}")
  install(TARGETS moestro_torch moestro_cli EXPORT moestro-torch)
  install(
    EXPORT moestro-torch NAMESPACE moestro:: DESTINATION ${package})
  install(
    FILES ${PROJECT_SOURCE_DIR}/cmake/MoestroTorch.cmake
    DESTINATION ${package})
endif()

set(recipes ${CMAKE_INSTALL_DATADIR}/moestro/recipes)
file(GLOB recipe_files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/recipes/*.toml)
install(FILES ${recipe_files} DESTINATION ${recipes})
install(
  FILES ${PROJECT_SOURCE_DIR}/LICENSE
  DESTINATION ${CMAKE_INSTALL_DOCDIR})
configure_package_config_file(
  ${PROJECT_SOURCE_DIR}/cmake/moestro-config.cmake.in
  ${PROJECT_BINARY_DIR}/moestro-config.cmake
  INSTALL_DESTINATION ${package}
  PATH_VARS recipes)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/moestro-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(
  FILES ${PROJECT_BINARY_DIR}/moestro-config.cmake
        ${PROJECT_BINARY_DIR}/moestro-config-version.cmake
  DESTINATION ${package})

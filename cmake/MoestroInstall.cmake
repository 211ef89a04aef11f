# What is installed: libraries, the program, and the headers of public.txt. Each
# of those compiles alone, without a precompiled header that would bring what it
# forgot to include: the target headers_alone.
include(GNUInstallDirs)
file(STRINGS ${PROJECT_SOURCE_DIR}/public.txt public_headers)
set_property(
  DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/public.txt)
set(library moestro_torch)
if(NOT MOESTRO_TORCH)
  set(library moestro_core)
  list(FILTER public_headers INCLUDE REGEX
       "/(base|stats|record|plan|metrics|control|diagnose|serve)/")
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

if(MOESTRO_TORCH)
  set_target_properties(
    moestro_torch moestro_cli PROPERTIES
    INSTALL_RPATH "\$ORIGIN;${MOESTRO_TORCH_LIB}")
  install(TARGETS moestro_torch moestro_cli)
endif()
set_target_properties(
  moestro PROPERTIES INSTALL_RPATH "\$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
install(TARGETS moestro_core moestro)

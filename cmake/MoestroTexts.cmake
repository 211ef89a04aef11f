# moestro_embed_texts(TARGET FOLDER HEADER TYPE FUNCTION): turns FOLDER/*.toml
# into one source file with a table of texts, FUNCTION() of HEADER.
function(moestro_embed_texts target folder header type function)
  file(GLOB texts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.toml)
  set(body "")
  foreach(source IN LISTS texts)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
    get_filename_component(name ${source} NAME_WE)
    file(READ ${source} text)
    string(APPEND body
           "    {\"${name}\", R\"toml(${text})toml\"},\n")
  endforeach()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${folder}.cpp)
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"// Generated from ${folder}/*.toml.
#include \"${header}\"

namespace moestro {

std::span<const @type@> @function@() {
  static constexpr @type@ kTexts[] = {
@body@  };
  return kTexts;
}

}  // namespace moestro
")
  target_sources(${target} PRIVATE ${out})
endfunction()

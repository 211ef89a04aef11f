# Turns recipes/*.toml into one source file with a table of texts.
function(moestro_embed_recipes target)
  file(GLOB recipes CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/recipes/*.toml)
  set(body "")
  foreach(recipe IN LISTS recipes)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipe})
    get_filename_component(name ${recipe} NAME_WE)
    file(READ ${recipe} text)
    string(APPEND body
           "    {\"${name}\", R\"toml(${text})toml\"},\n")
  endforeach()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/recipes.cpp)
  file(CONFIGURE OUTPUT ${out} @ONLY CONTENT
"// Generated from recipes/*.toml.
#include \"moestro/layers/recipe_texts.h\"

namespace moestro {

std::span<const RecipeText> recipe_texts() {
  static constexpr RecipeText kTexts[] = {
@body@  };
  return kTexts;
}

}  // namespace moestro
")
  target_sources(${target} PRIVATE ${out})
endfunction()

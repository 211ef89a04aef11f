# Compiler, linker, cache, sanitizers, libtorch.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# What a library shows is what its headers declare: moestro/base/api.h.
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
add_compile_options(-Wall -Wextra -Wno-missing-field-initializers)

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime
      ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
    add_compile_options(-Xclang -fno-pch-timestamp)
  endif()
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
if(MOESTRO_SANITIZE)
  add_compile_options(
    -fsanitize=${MOESTRO_SANITIZE} -fno-omit-frame-pointer -g1
    -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MOESTRO_SANITIZE})
endif()
if(MOESTRO_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(NOT MOESTRO_SANITIZE)
  add_link_options($<$<STREQUAL:$<TARGET_PROPERTY:TYPE>,SHARED_LIBRARY>:-Wl,--no-undefined>)
endif()

find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(LibArchive REQUIRED)
find_package(Threads REQUIRED)
find_library(ZSTD_LIBRARY zstd REQUIRED)
find_library(HWY_LIBRARY hwy REQUIRED)  # SIMD, chosen at run time
find_package(fmt REQUIRED)
find_package(Boost REQUIRED)  # headers only: Boost.Math
find_package(Eigen3 REQUIRED NO_MODULE)

if(MOESTRO_TORCH)
  include(MoestroTorch)
  moestro_torch_prefix(torch_prefix "${MOESTRO_VENV}")
  if(NOT torch_prefix)
    message(FATAL_ERROR
      "No torch in ${MOESTRO_VENV}: run 'make setup', name one that is there with "
      "MOESTRO_TORCH_PREFIX, or configure the torch-free core with "
      "-DMOESTRO_TORCH=OFF.")
  endif()
  moestro_add_libtorch(${torch_prefix})
  # Messages of broken contracts name files as the sources do.
  add_compile_options(-fmacro-prefix-map=${torch_prefix}/include/=)
endif()
add_compile_options(-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)

# For executables that see libtorch: the shared precompiled header was built with
# -fPIC, and clang takes it only into files built alike.
function(moestro_uses_torch_header target)
  set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${target} PRIVATE -fPIC)
  target_precompile_headers(${target} REUSE_FROM moestro_pch)
endfunction()

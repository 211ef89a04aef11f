# libtorch from a wheel, by path: the target moestro::libtorch. The wheel's own
# CMake package refuses a CUDA wheel where no CUDA toolkit is installed, though
# nothing here needs one. Read by the build and by the installed package.

# moestro_torch_prefix(OUT VENV): the folder of the Python package torch, with
# lib/ and include/: MOESTRO_TORCH_PREFIX (variable, then environment), then the
# one in VENV, then the one that `python3` imports.
function(moestro_torch_prefix out venv)
  set(prefix "${MOESTRO_TORCH_PREFIX}")
  if(NOT prefix)
    set(prefix "$ENV{MOESTRO_TORCH_PREFIX}")
  endif()
  if(NOT prefix AND venv)
    file(GLOB prefix ${venv}/lib/python3*/site-packages/torch)
  endif()
  if(NOT prefix)
    execute_process(
      COMMAND python3 -c
        "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')"
      OUTPUT_VARIABLE prefix ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  endif()
  if(prefix AND NOT EXISTS ${prefix}/lib/libtorch_cpu.so)
    message(FATAL_ERROR
      "MOESTRO_TORCH_PREFIX is the folder that holds lib/libtorch_cpu.so; "
      "there is none in '${prefix}'")
  endif()
  set(${out} "${prefix}" PARENT_SCOPE)
endfunction()

function(moestro_torch_version out prefix)
  set(${out} "" PARENT_SCOPE)
  foreach(header torch/headeronly/version.h
                 torch/csrc/api/include/torch/version.h)
    if(EXISTS ${prefix}/include/${header})
      file(STRINGS ${prefix}/include/${header} lines
           REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) +[0-9]+")
      string(REGEX MATCHALL " [0-9]+" numbers "${lines}")
      string(REPLACE ";" "." version "${numbers}")
      string(REPLACE " " "" version "${version}")
      if(version)
        set(${out} ${version} PARENT_SCOPE)
        return()
      endif()
    endif()
  endforeach()
endfunction()

# moestro_torch_runtime(OUT PREFIX): libcudart and libcupti, which libtorch_cpu of
# a CUDA wheel needs and which lie in packages of their own beside it.
function(moestro_torch_runtime out prefix)
  set(found "")
  if(EXISTS ${prefix}/lib/libtorch_cuda.so)
    foreach(name cudart cupti)
      file(GLOB libraries
           ${prefix}/lib/lib${name}.so* ${prefix}/lib/lib${name}-*.so*
           ${prefix}/../nvidia/*/lib/lib${name}.so*)
      if(libraries)
        list(GET libraries 0 library)
        get_filename_component(library ${library} REALPATH)
        list(APPEND found ${library})
      endif()
    endforeach()
  endif()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

function(moestro_torch_library name file)
  add_library(${name} SHARED IMPORTED GLOBAL)
  get_filename_component(soname ${file} NAME)
  set_target_properties(
    ${name} PROPERTIES IMPORTED_LOCATION ${file} IMPORTED_SONAME ${soname})
  target_link_libraries(moestro::libtorch INTERFACE ${name})
endfunction()

# moestro_add_libtorch(PREFIX): makes moestro::libtorch. With MOESTRO_CUDA it also
# brings libtorch_cuda, whose kernels register themselves when it is loaded.
function(moestro_add_libtorch prefix)
  if(TARGET moestro::libtorch)
    return()
  endif()
  moestro_torch_version(version ${prefix})
  if(version VERSION_LESS 2.11)
    message(FATAL_ERROR
      "libtorch 2.11 or newer is needed; ${prefix} holds '${version}'")
  endif()
  add_library(moestro::libtorch INTERFACE IMPORTED GLOBAL)
  target_include_directories(
    moestro::libtorch SYSTEM INTERFACE
    ${prefix}/include ${prefix}/include/torch/csrc/api/include)
  # How the wheel itself was compiled; headers look at it.
  target_compile_definitions(
    moestro::libtorch INTERFACE
    _GLIBCXX_USE_CXX11_ABI=1 AT_PER_OPERATOR_HEADERS
    USE_DISTRIBUTED USE_C10D_GLOO USE_RPC USE_TENSORPIPE)
  # const_data_ptr was a constrained template there; clang 18 and newer spell the
  # names of such otherwise than the compiler of the wheel did.
  if(version VERSION_LESS 2.13 AND CMAKE_CXX_COMPILER_ID STREQUAL Clang AND
     CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 18)
    target_compile_options(
      moestro::libtorch INTERFACE -fclang-abi-compat=17)
  endif()
  moestro_torch_library(moestro::torch_cpu ${prefix}/lib/libtorch_cpu.so)
  moestro_torch_library(moestro::c10 ${prefix}/lib/libc10.so)
  # Operators register themselves when a library is loaded, so a linker must not
  # leave out one whose symbols nobody names.
  target_link_options(moestro::libtorch INTERFACE -Wl,--no-as-needed)
  moestro_torch_runtime(runtime ${prefix})
  foreach(library IN LISTS runtime)
    # Loaded beside libtorch_cpu, it is found whatever path that one looks in.
    get_filename_component(name ${library} NAME_WE)
    get_filename_component(folder ${library} DIRECTORY)
    moestro_torch_library(moestro::${name} ${library})
    target_link_options(moestro::libtorch INTERFACE -Wl,-rpath-link,${folder})
  endforeach()
  if(MOESTRO_CUDA)
    foreach(name torch_cuda c10_cuda)
      if(NOT EXISTS ${prefix}/lib/lib${name}.so)
        message(FATAL_ERROR
          "MOESTRO_CUDA needs a CUDA build of torch; ${prefix}/lib has no "
          "lib${name}.so")
      endif()
      moestro_torch_library(moestro::${name} ${prefix}/lib/lib${name}.so)
    endforeach()
  endif()
  message(STATUS "libtorch ${version} in ${prefix}")
endfunction()

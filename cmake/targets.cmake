# What every target of ours has in common, and the two ways to declare one.

add_library(swarmboard_options INTERFACE)
target_compile_options(swarmboard_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror)
# Assertions of ours and of the standard library stay on in every build.
target_compile_definitions(swarmboard_options INTERFACE
  BOOST_ENABLE_ASSERT_HANDLER _GLIBCXX_ASSERTIONS
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
target_include_directories(swarmboard_options INTERFACE ${PROJECT_SOURCE_DIR})
if(SWARMBOARD_SANITIZE)
  list(JOIN SWARMBOARD_SANITIZE "," sanitizers)
  # A report ends the program: a test must not pass over undefined behaviour.
  add_compile_options(-fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${sanitizers})
  # Recycled memory would hide use-after-free.
  add_compile_definitions(
    BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING)
endif()
if(SWARMBOARD_FUZZ)
  # Everything tells the fuzzer which branches an input took.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

# swarmboard_library(name SOURCES a.cc ... LINK targets...)
function(swarmboard_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE swarmboard_options)
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
endfunction()

# swarmboard_test(name SOURCES a_test.cc ... LINK targets...): one program, found by CTest.
include(GoogleTest)
function(swarmboard_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LINK} swarmboard_options GTest::gtest GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  gtest_discover_tests(${name} NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()

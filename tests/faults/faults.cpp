// SPDX-License-Identifier: Apache-2.0
// A library for LD_PRELOAD that makes a machine fail on purpose.
//   MOESTRO_FAULT=CALL:N        the N-th CALL (from 1) fails once
//   MOESTRO_FAULT=CALL:N:kill   the process dies before it
//   MOESTRO_FAULT_COUNTS=FILE   how often each was called, at the end
//   MOESTRO_FAULT_LOG=FILE      every change of a file below
//   MOESTRO_FAULT_ROOT,
//                               as a lying disk may lose or reorder it
// CALL is open, fsync, rename, mkdir, write, or alloc: operator new called from
// this project's own code.
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <string>

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define MOESTRO_SHOWN extern "C" __attribute__((visibility("default")))

namespace {

enum Call { kOpen, kFsync, kRename, kMkdir, kWrite, kAlloc, kCalls };
constexpr const char* kNames[] = {
    "open", "fsync", "rename", "mkdir", "write", "alloc"};
constexpr int kErrors[] = {EMFILE, EIO, EIO, ENOSPC, ENOSPC, ENOMEM};

std::atomic<long> counts[kCalls];
std::atomic<bool> armed{false};  // main has begun
long wanted[kCalls];
bool kills = false;
int log_file = -1;
char root[4096] = "";
std::mutex log_mutex;

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

__attribute__((constructor)) void begin() {
  if (const char* text = std::getenv("MOESTRO_FAULT")) {
    for (int call = 0; call < kCalls; ++call) {
      const auto size = std::strlen(kNames[call]);
      if (std::strncmp(text, kNames[call], size) == 0 && text[size] == ':') {
        wanted[call] = std::atol(text + size + 1);
      }
    }
    kills = std::strstr(text, ":kill") != nullptr;
  }
  if (const char* place = std::getenv("MOESTRO_FAULT_ROOT")) {
    std::strncpy(root, place, sizeof root - 1);
  }
  if (const char* path = std::getenv("MOESTRO_FAULT_LOG")) {
    log_file = real<int (*)(const char*, int, ...)>("open")(
        path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  }
}

__attribute__((destructor)) void end() {
  if (const char* path = std::getenv("MOESTRO_FAULT_COUNTS")) {
    if (FILE* file =
            real<FILE* (*)(const char*, const char*)>("fopen")(path, "w")) {
      for (int call = 0; call < kCalls; ++call) {
        std::fprintf(file, "%s %ld\n", kNames[call], counts[call].load());
      }
      std::fclose(file);
    }
  }
}

// True when this one has to fail.
bool fails(Call call) {
  if (!armed || ++counts[call] != wanted[call]) {
    return false;
  }
  if (kills) {
    raise(SIGKILL);
  }
  errno = kErrors[call];
  return true;
}

bool is_watched(const std::string& path) {
  return log_file >= 0 && path.starts_with(root);
}

std::string absolute(const char* path, int folder = AT_FDCWD) {
  if (path[0] == '/') {
    return path;
  }
  char base[4096] = "";
  const auto link = folder == AT_FDCWD
                        ? std::string("/proc/self/cwd")
                        : "/proc/self/fd/" + std::to_string(folder);
  const auto size = readlink(link.c_str(), base, sizeof base - 1);
  return std::string(base, size > 0 ? static_cast<size_t>(size) : 0) + "/" +
         path;
}

std::string path_of(int file) {
  char path[4096] = "";
  const auto link = "/proc/self/fd/" + std::to_string(file);
  const auto size = readlink(link.c_str(), path, sizeof path - 1);
  return {path, size > 0 ? static_cast<size_t>(size) : 0};
}

// "OP NUMBER SIZE PATH\n" and SIZE bytes; PATH may hold a tab and another one.
void note(
    const char* op,
    const std::string& path,
    long number = 0,
    const void* data = nullptr,
    size_t size = 0) {
  const auto head = std::string(op) + " " + std::to_string(number) + " " +
                    std::to_string(size) + " " + path + "\n";
  static const auto put = real<ssize_t (*)(int, const void*, size_t)>("write");
  const std::lock_guard lock(log_mutex);
  (void)put(log_file, head.data(), head.size());
  if (size > 0) {
    (void)put(log_file, data, size);
  }
}

void note_written(int file, long at, const void* data, ssize_t size) {
  if (log_file >= 0 && size > 0) {
    const auto path = path_of(file);
    if (is_watched(path)) {
      note("write", path, at, data, static_cast<size_t>(size));
    }
  }
}

void note_opened(int flags, const char* path, int folder = AT_FDCWD) {
  if (log_file >= 0 && (flags & (O_CREAT | O_TRUNC)) != 0) {
    const auto whole = absolute(path, folder);
    if (is_watched(whole)) {
      note((flags & O_TRUNC) != 0 ? "truncate" : "create", whole);
    }
  }
}

void note_gone(const char* op, const char* path, int folder = AT_FDCWD) {
  if (log_file >= 0) {
    const auto whole = absolute(path, folder);
    if (is_watched(whole)) {
      note(op, whole);
    }
  }
}

mode_t mode_in(int flags, va_list more) {
  return (flags & O_CREAT) != 0 ? static_cast<mode_t>(va_arg(more, int)) : 0;
}

// libtorch asks about the processor, and its cpuinfo crashes where it cannot
// open what the kernel says of it: no fault of this program.
bool open_fails(const void* caller) {
  Dl_info info{};
  const bool foreign = dladdr(caller, &info) != 0 &&
                       info.dli_fname != nullptr &&
                       std::strstr(info.dli_fname, "/torch/lib/") != nullptr;
  return !foreign && fails(kOpen);
}

int open_as(const char* name, const char* path, int flags, mode_t mode) {
  const bool there = access(path, F_OK) == 0;
  const int file =
      real<int (*)(const char*, int, ...)>(name)(path, flags, mode);
  if (file >= 0 && (!there || (flags & O_TRUNC) != 0)) {
    note_opened(flags, path);
  }
  return file;
}

int sync_as(const char* name, int file) {
  if (fails(kFsync)) {
    return -1;
  }
  if (log_file >= 0 && is_watched(path_of(file))) {
    note("sync", path_of(file));
  }
  return real<int (*)(int)>(name)(file);
}

ssize_t write_at(
    const char* name, int file, const void* data, size_t size, off64_t at) {
  if (fails(kWrite)) {
    return -1;
  }
  const auto done = real<ssize_t (*)(int, const void*, size_t, off64_t)>(name)(
      file, data, size, at);
  note_written(file, at, data, done);
  return done;
}

int resize_as(const char* name, int file, off64_t size) {
  const int answer = real<int (*)(int, off64_t)>(name)(file, size);
  if (answer == 0 && log_file >= 0 && is_watched(path_of(file))) {
    note("resize", path_of(file), size);
  }
  return answer;
}

int remove_as(const char* name, const char* path) {
  const int answer = real<int (*)(const char*)>(name)(path);
  if (answer == 0) {
    note_gone("remove", path);
  }
  return answer;
}

// Pages of code belong to one library: ours or not, remembered by page.
bool is_ours(const void* code) {
  constexpr size_t kSlots = 4096;
  static std::atomic<uintptr_t> known[kSlots];
  const auto page = reinterpret_cast<uintptr_t>(code) >> 12;
  auto& slot = known[page % kSlots];
  const auto found = slot.load(std::memory_order_relaxed);
  if (found >> 1 == page) {
    return (found & 1) != 0;
  }
  Dl_info info{};
  const bool ours = dladdr(code, &info) != 0 && info.dli_fname != nullptr &&
                    std::strstr(info.dli_fname, "moestro") != nullptr &&
                    std::strstr(info.dli_fname, "site-packages") == nullptr &&
                    std::strstr(info.dli_fname, "faults") == nullptr;
  slot.store(page << 1 | (ours ? 1 : 0), std::memory_order_relaxed);
  return ours;
}

void* allocate(size_t size, const void* caller) {
  if (is_ours(caller) && fails(kAlloc)) {
    throw std::bad_alloc();
  }
  if (void* memory = std::malloc(size == 0 ? 1 : size)) {
    return memory;
  }
  throw std::bad_alloc();
}

// What libraries do before main is no business of the program.
using Main = int (*)(int, char**, char**);
Main program = nullptr;

int armed_main(int argc, char** argv, char** environment) {
  armed = true;
  return program(argc, argv, environment);
}

}  // namespace

MOESTRO_SHOWN int __libc_start_main(
    Main main,
    int argc,
    char** argv,
    void (*init)(),
    void (*fini)(),
    void (*ending)(),
    void* stack) {
  program = main;
  using Start =
      int (*)(Main, int, char**, void (*)(), void (*)(), void (*)(), void*);
  return real<Start>("__libc_start_main")(
      armed_main, argc, argv, init, fini, ending, stack);
}

__attribute__((visibility("default"))) void* operator new(size_t size) {
  return allocate(size, __builtin_return_address(0));
}
__attribute__((visibility("default"))) void* operator new[](size_t size) {
  return allocate(size, __builtin_return_address(0));
}

MOESTRO_SHOWN int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = mode_in(flags, more);
  va_end(more);
  return open_fails(__builtin_return_address(0))
             ? -1
             : open_as("open", path, flags, mode);
}
MOESTRO_SHOWN int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const auto mode = mode_in(flags, more);
  va_end(more);
  return open_fails(__builtin_return_address(0))
             ? -1
             : open_as("open64", path, flags, mode);
}
MOESTRO_SHOWN FILE* fopen(const char* path, const char* mode) {
  return open_fails(__builtin_return_address(0))
             ? nullptr
             : real<FILE* (*)(const char*, const char*)>("fopen")(path, mode);
}
MOESTRO_SHOWN FILE* fopen64(const char* path, const char* mode) {
  return open_fails(__builtin_return_address(0))
             ? nullptr
             : real<FILE* (*)(const char*, const char*)>("fopen64")(path, mode);
}

MOESTRO_SHOWN int fsync(int file) {
  return sync_as("fsync", file);
}
MOESTRO_SHOWN int fdatasync(int file) {
  return sync_as("fdatasync", file);
}

MOESTRO_SHOWN int rename(const char* from, const char* to) {
  if (fails(kRename)) {
    return -1;
  }
  const int answer =
      real<int (*)(const char*, const char*)>("rename")(from, to);
  if (answer == 0 && log_file >= 0 && is_watched(absolute(from))) {
    note("rename", absolute(from) + "\t" + absolute(to));
  }
  return answer;
}

MOESTRO_SHOWN int mkdir(const char* path, mode_t mode) {
  if (fails(kMkdir)) {
    return -1;
  }
  const int answer = real<int (*)(const char*, mode_t)>("mkdir")(path, mode);
  if (answer == 0) {
    note_gone("mkdir", path);
  }
  return answer;
}

MOESTRO_SHOWN ssize_t write(int file, const void* data, size_t size) {
  if (fails(kWrite)) {
    return -1;
  }
  const long at = log_file >= 0 ? lseek(file, 0, SEEK_CUR) : 0;
  const auto done =
      real<ssize_t (*)(int, const void*, size_t)>("write")(file, data, size);
  note_written(file, at, data, done);
  return done;
}
MOESTRO_SHOWN ssize_t
pwrite(int file, const void* data, size_t size, off_t at) {
  return write_at("pwrite", file, data, size, at);
}
MOESTRO_SHOWN ssize_t
pwrite64(int file, const void* data, size_t size, off64_t at) {
  return write_at("pwrite64", file, data, size, at);
}

MOESTRO_SHOWN int ftruncate(int file, off_t size) {
  return resize_as("ftruncate", file, size);
}
MOESTRO_SHOWN int ftruncate64(int file, off64_t size) {
  return resize_as("ftruncate64", file, size);
}

MOESTRO_SHOWN int unlink(const char* path) {
  return remove_as("unlink", path);
}
MOESTRO_SHOWN int remove(const char* path) {
  return remove_as("remove", path);
}
MOESTRO_SHOWN int rmdir(const char* path) {
  return remove_as("rmdir", path);
}
MOESTRO_SHOWN int unlinkat(int folder, const char* path, int flags) {
  const int answer =
      real<int (*)(int, const char*, int)>("unlinkat")(folder, path, flags);
  if (answer == 0) {
    note_gone("remove", path, folder);
  }
  return answer;
}

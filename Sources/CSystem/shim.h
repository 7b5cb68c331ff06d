// The C library on every system: this module exports everything that its headers declare, without a check for the system.
// The functions below make the calls that Swift cannot: those with a variable argument, and those that need macros.
#ifndef SEQUENCE_MCP_CSYSTEM_SHIM_H
#define SEQUENCE_MCP_CSYSTEM_SHIM_H

#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>

// Makes all threads allocate from one arena (glibc mallopt(3)).
static inline int system_use_one_arena(void) { return mallopt(M_ARENA_MAX, 1); }

// Returns freed memory to the system (glibc malloc_trim(3)).
static inline int system_trim_heap(void) { return malloc_trim(0); }
#endif

#ifdef __APPLE__
// Writes a file's bytes through the drive's cache (macOS fcntl(2)).
static inline int system_flush_drive(int descriptor) { return fcntl(descriptor, F_FULLFSYNC); }
#endif

#ifdef __linux__
#include <sys/prctl.h>

// Disables core dumps, and denies processes of the same user a debugger, /proc/PID/environ and /proc/PID/mem (Linux prctl(2)).
static inline int system_set_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
static inline bool system_is_dumpable(void) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0; }
#endif

// Swift does not import the macro errno.
static inline int system_error_code(void) { return errno; }
static inline void system_set_error_code(int code) { errno = code; }

// Starts a thread with a 1 MiB stack. Returns 0 or an error code. Not pthread_t, which is a number on Linux and a pointer on macOS.
static inline int system_start_thread(uintptr_t *thread, void *(*body)(void *), void *argument) {
  pthread_attr_t attributes;
  pthread_t started;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 20);
  int code = pthread_create(&started, &attributes, body, argument);
  pthread_attr_destroy(&attributes);
  if (code == 0) *thread = (uintptr_t)started;
  return code;
}

static inline int system_join_thread(uintptr_t thread) { return pthread_join((pthread_t)thread, NULL); }

static inline int system_detach_thread(uintptr_t thread) { return pthread_detach((pthread_t)thread); }

// Waits until a descriptor below FD_SETSIZE is readable. Not poll(2), which does not support /dev/tty on macOS.
static inline int system_wait_readable(int descriptor, int milliseconds) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(descriptor, &set);
  struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
  return select(descriptor + 1, &set, 0, 0, &time);
}

// In glibc since 2.29 and macOS since 10.15. glibc's <spawn.h> declares it only for programs that ask for more than POSIX.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);

// Makes the new process start in the root directory.
static inline int system_spawn_in_root(posix_spawn_file_actions_t *actions) {
  return posix_spawn_file_actions_addchdir_np(actions, "/");
}

// Opens a name in an open directory. Retries if a signal interrupts the call.
static inline int system_open_in(int directory, const char *name, int flags, mode_t mode) {
  int descriptor;
  do {
    descriptor = openat(directory, name, flags, mode);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

static inline int system_open(const char *path, int flags, mode_t mode) {
  return system_open_in(AT_FDCWD, path, flags, mode);
}

// Keeps a descriptor out of the programs that this one starts.
static inline int system_set_close_on_exec(int descriptor) { return fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

static inline int system_set_nonblocking(int descriptor) {
  return fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

// Connects to an address of this machine, and waits no longer than a fifth of a second. Returns the non-blocking descriptor, or -1
// if nothing answers.
static inline int system_connect(const struct sockaddr *address, size_t size) {
  int end = socket(address->sa_family, SOCK_STREAM, 0);
  if (end < 0) return -1;
  system_set_close_on_exec(end);
  system_set_nonblocking(end);
  int result = connect(end, address, (socklen_t)size);
  if (result != 0 && errno == EINPROGRESS) {
    struct pollfd ready = {.fd = end, .events = POLLOUT};
    socklen_t length = sizeof result;
    if (poll(&ready, 1, 200) <= 0 || getsockopt(end, SOL_SOCKET, SO_ERROR, &result, &length) != 0) result = -1;
  }
  if (result == 0) return end;
  close(end);
  return -1;
}

// Connects to a local address (unix(7)): a path with its NUL, or a NUL and an abstract name.
static inline int system_connect_local(const char *address, int count) {
  struct sockaddr_un to;
  memset(&to, 0, sizeof to);
  to.sun_family = AF_UNIX;
  if (count < 0 || (size_t)count > sizeof to.sun_path) return -1;
  memcpy(to.sun_path, address, (size_t)count);
  return system_connect((struct sockaddr *)&to, offsetof(struct sockaddr_un, sun_path) + (size_t)count);
}

// Connects to a TCP port of this machine.
static inline int system_connect_port(uint16_t port) {
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  int end = system_connect((struct sockaddr *)&four, sizeof four);
  return end < 0 ? system_connect((struct sockaddr *)&six, sizeof six) : end;
}

static inline int system_open_tcp_socket(void) { return socket(AF_INET, SOCK_STREAM, 0); }

// Whether the descriptor has a reader that can go away: a pipe or a socket.
static inline bool system_has_reader(int descriptor) {
  struct stat status;
  return fstat(descriptor, &status) == 0 && (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

// The events of a peer that will send nothing more: POLLHUP, and on Linux POLLRDHUP (0x2000), which says that the peer has shut
// down its sending half. glibc declares it only with _GNU_SOURCE.
static inline short system_hangup_events(void) {
#ifdef __linux__
  return POLLHUP | 0x2000;
#else
  return POLLHUP;
#endif
}

// Returns the width of the terminal in columns; 0 if the descriptor is not a terminal.
static inline unsigned system_terminal_columns(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// Returns the height of the terminal in lines; 0 if the descriptor is not a terminal.
static inline unsigned system_terminal_rows(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

static inline void system_ignore_signal(int number) { signal(number, SIG_IGN); }

static inline bool system_ignores_signal(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

// Returns whether a signal has its default action.
static inline bool system_has_default_action(int number) {
  struct sigaction action;
  return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_DFL;
}

// Gives a signal its default action. Async-signal-safe.
static inline void system_set_default_action(int number) { signal(number, SIG_DFL); }

#endif

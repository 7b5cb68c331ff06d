// System calls that Swift cannot make: with a variable argument, or with macros.
#ifndef SEQUENCE_MCP_CSYSTEM_SHIM_H
#define SEQUENCE_MCP_CSYSTEM_SHIM_H

#include <spawn.h>
#include <sys/select.h>
#include <sys/time.h>

#ifdef __GLIBC__
#include <malloc.h>

// All threads take memory from one arena (glibc mallopt(3)).
static inline int system_use_one_arena(void) { return mallopt(M_ARENA_MAX, 1); }
#endif

#ifdef __linux__
#include <sys/prctl.h>

// No core dump, no debugger, no /proc/PID/environ or /proc/PID/mem for processes of the same user (Linux prctl(2)).
static inline int system_set_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
#endif

// Waits until a descriptor below FD_SETSIZE can be read. Not poll(2), which on macOS refuses /dev/tty.
static inline int system_wait_readable(int descriptor, int milliseconds) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(descriptor, &set);
  struct timeval time = {.tv_sec = milliseconds / 1000, .tv_usec = milliseconds % 1000 * 1000};
  return select(descriptor + 1, &set, 0, 0, &time);
}

// glibc (2.29 and later) and macOS (10.15) have it; glibc's <spawn.h> shows it only to programs that ask for more than POSIX.
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);

// Lets the new process begin in the root directory.
static inline int system_spawn_in_root(posix_spawn_file_actions_t *actions) {
  return posix_spawn_file_actions_addchdir_np(actions, "/");
}

#endif

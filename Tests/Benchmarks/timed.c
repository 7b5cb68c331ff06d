// Runs a program to its end with nothing to read, and prints the nanoseconds that it took and its peak memory in kilobytes. A
// program started by Python would be told Python's own peak, since that is counted from before the program takes its place.
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "clock.h"

extern char **environ;

// timed PROGRAM ARGUMENT...
int main(int argc, char **argv) {
  if (argc < 2) return 2;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  for (int file = 0; file < 3; file++) posix_spawn_file_actions_addopen(&actions, file, "/dev/null", O_RDWR, 0);
  long long start = now();
  pid_t child;
  if (posix_spawnp(&child, argv[1], &actions, NULL, argv + 1, environ)) return 3;
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) return 4;
#ifdef __APPLE__
  usage.ru_maxrss /= 1024;
#endif
  printf("%lld %ld\n", now() - start, usage.ru_maxrss);
  return 0;
}

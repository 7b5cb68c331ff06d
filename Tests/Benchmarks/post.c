// The bare call that a tool call is held against: the same POST by libcurl, over one connection that is kept. Prints the
// nanoseconds of each. libcurl is opened as the program opens it, so that no header of it must be installed.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock.h"

#ifdef __APPLE__
#define LIBRARY "libcurl.4.dylib"
#else
#define LIBRARY "libcurl.so.4"
#endif

// From curl/curl.h, where these numbers are part of the library's binary interface.
enum { option_url = 10002, option_body = 10015, option_headers = 10023, option_write = 20011 };

static size_t received;

static size_t receive(char *bytes, size_t size, size_t count, void *context) {
  (void)bytes, (void)context;
  received += size * count;
  return size * count;
}

// post ROUNDS URL BODY HEADER...
int main(int argc, char **argv) {
  if (argc < 4) return 2;
  void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
  if (!library) return 3;
  void *(*start)(void) = (void *(*)(void))dlsym(library, "curl_easy_init");
  int (*set)(void *, int, ...) = (int (*)(void *, int, ...))dlsym(library, "curl_easy_setopt");
  int (*perform)(void *) = (int (*)(void *))dlsym(library, "curl_easy_perform");
  void *(*append)(void *, const char *) = (void *(*)(void *, const char *))dlsym(library, "curl_slist_append");
  if (!start || !set || !perform || !append) return 3;
  void *handle = start(), *headers = NULL;
  for (int index = 4; index < argc; index++) headers = append(headers, argv[index]);
  set(handle, option_url, argv[2]);
  set(handle, option_body, argv[3]);
  set(handle, option_headers, headers);
  set(handle, option_write, receive);
  int warm = 20, rounds = atoi(argv[1]);
  for (int index = -warm; index < rounds; index++) {
    received = 0;
    long long before = now();
    if (perform(handle) || !received) return 4;
    if (index >= 0) printf("%lld\n", now() - before);
  }
  return 0;
}

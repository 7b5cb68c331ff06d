// The reference for the start time: reads one line and sends a canned answer.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(void) {
  char line[65536];
  ssize_t length = read(0, line, sizeof line);
  if (length <= 0) return 1;
  const char *answer =
      "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
      "\"serverInfo\":{\"name\":\"reference\",\"version\":\"1\"}}}\n";
  return write(1, answer, strlen(answer)) > 0 ? 0 : 1;
}

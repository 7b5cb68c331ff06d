// System calls with a variable argument, which Swift cannot make.
#ifndef SEQUENCE_MCP_CSYSTEM_SHIM_H
#define SEQUENCE_MCP_CSYSTEM_SHIM_H

#ifdef __linux__
#include <sys/prctl.h>

// No core dump, no debugger, no /proc/PID/environ or /proc/PID/mem for processes of the same user (Linux prctl(2)).
static inline int system_set_undumpable(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
#endif

#endif

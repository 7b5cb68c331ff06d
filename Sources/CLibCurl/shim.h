// The few declarations of libcurl that CurlTransport needs. libcurl itself is opened at run time
// (dlopen), so neither its headers nor its library are needed to build.
#ifndef SEQUENCE_MCP_CLIBCURL_SHIM_H
#define SEQUENCE_MCP_CLIBCURL_SHIM_H
#include <stddef.h>

typedef void CURL;

#endif

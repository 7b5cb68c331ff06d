// The few libcurl declarations that CurlTransport needs. libcurl is opened at run time (dlopen), so neither its headers nor its
// library are needed to build. The numbers are its stable ABI (https://curl.se/libcurl/c/, read 2026-11).
#ifndef SEQUENCE_MCP_CLIBCURL_SHIM_H
#define SEQUENCE_MCP_CLIBCURL_SHIM_H
#include <stddef.h>

typedef void CURL;
struct curl_slist;

// CURLcode, the result of a call, from 7.74 to 8.17. Newer versions add codes at the end.
enum {
  CURLE_OK = 0, CURLE_UNSUPPORTED_PROTOCOL = 1, CURLE_URL_MALFORMAT = 3, CURLE_COULDNT_RESOLVE_PROXY = 5,
  CURLE_COULDNT_RESOLVE_HOST = 6, CURLE_COULDNT_CONNECT = 7, CURLE_WEIRD_SERVER_REPLY = 8, CURLE_HTTP2 = 16,
  CURLE_PARTIAL_FILE = 18, CURLE_WRITE_ERROR = 23, CURLE_OUT_OF_MEMORY = 27, CURLE_OPERATION_TIMEDOUT = 28,
  CURLE_SSL_CONNECT_ERROR = 35, CURLE_ABORTED_BY_CALLBACK = 42, CURLE_BAD_FUNCTION_ARGUMENT = 43,
  CURLE_INTERFACE_FAILED = 45, CURLE_UNKNOWN_OPTION = 48, CURLE_GOT_NOTHING = 52, CURLE_SSL_ENGINE_NOTFOUND = 53,
  CURLE_SSL_ENGINE_SETFAILED = 54, CURLE_SEND_ERROR = 55, CURLE_RECV_ERROR = 56, CURLE_SSL_CERTPROBLEM = 58,
  CURLE_SSL_CIPHER = 59, CURLE_PEER_FAILED_VERIFICATION = 60, CURLE_BAD_CONTENT_ENCODING = 61,
  CURLE_FILESIZE_EXCEEDED = 63, CURLE_USE_SSL_FAILED = 64, CURLE_SEND_FAIL_REWIND = 65,
  CURLE_SSL_ENGINE_INITFAILED = 66, CURLE_SSL_CACERT_BADFILE = 77, CURLE_SSL_SHUTDOWN_FAILED = 80, CURLE_AGAIN = 81,
  CURLE_SSL_CRL_BADFILE = 82, CURLE_SSL_ISSUER_ERROR = 83, CURLE_NO_CONNECTION_AVAILABLE = 89,
  CURLE_SSL_PINNEDPUBKEYNOTMATCH = 90, CURLE_SSL_INVALIDCERTSTATUS = 91, CURLE_HTTP2_STREAM = 92, CURLE_HTTP3 = 95,
  CURLE_QUIC_CONNECT_ERROR = 96, CURLE_PROXY = 97, CURLE_SSL_CLIENTCERT = 98, CURLE_UNRECOVERABLE_POLL = 99,
  CURLE_TOO_LARGE = 100, CURLE_ECH_REQUIRED = 101
};

// CURLoption, by the type of its value.
enum {  // long
  CURLOPT_NOPROGRESS = 43, CURLOPT_NETRC = 51, CURLOPT_FOLLOWLOCATION = 52, CURLOPT_POSTFIELDSIZE = 60,
  CURLOPT_SSL_VERIFYPEER = 64, CURLOPT_FRESH_CONNECT = 74, CURLOPT_FORBID_REUSE = 75, CURLOPT_HTTPGET = 80, CURLOPT_SSL_VERIFYHOST = 81, CURLOPT_HTTP_VERSION = 84,
  CURLOPT_NOSIGNAL = 99, CURLOPT_TIMEOUT_MS = 155, CURLOPT_PROTOCOLS = 181, CURLOPT_SSLVERSION = 32,
  CURLOPT_PATH_AS_IS = 234, CURLOPT_SUPPRESS_CONNECT_HEADERS = 265, CURLOPT_HTTP09_ALLOWED = 285,
  CURLOPT_QUICK_EXIT = 322
};
enum {  // pointer
  CURLOPT_WRITEDATA = 10001, CURLOPT_URL = 10002, CURLOPT_PROXY = 10004,
  CURLOPT_POSTFIELDS = 10015, CURLOPT_HTTPHEADER = 10023, CURLOPT_HEADERDATA = 10029, CURLOPT_XFERINFODATA = 10057,
  CURLOPT_CAINFO = 10065, CURLOPT_CAPATH = 10097, CURLOPT_ACCEPT_ENCODING = 10102, CURLOPT_NOPROXY = 10177,
  CURLOPT_PROXY_CAINFO = 10246, CURLOPT_PROXY_CAPATH = 10247, CURLOPT_PREREQDATA = 10313,
  CURLOPT_PROTOCOLS_STR = 10318
};
enum {  // function
  CURLOPT_WRITEFUNCTION = 20011, CURLOPT_HEADERFUNCTION = 20079, CURLOPT_XFERINFOFUNCTION = 20219,
  CURLOPT_PREREQFUNCTION = 20312
};

// CURLINFO of type long.
enum {
  CURLINFO_RESPONSE_CODE = 0x200002, CURLINFO_SSL_VERIFYRESULT = 0x20000D, CURLINFO_HTTP_CONNECTCODE = 0x200016,
  CURLINFO_NUM_CONNECTS = 0x20001A, CURLINFO_PROXY_SSL_VERIFYRESULT = 0x20002F
};

// Values of these options.
enum {
  CURL_GLOBAL_ALL = 3, CURL_HTTP_VERSION_1_1 = 2, CURL_SSLVERSION_TLSv1_2 = 6,
  CURLPROTO_HTTP = 1, CURLPROTO_HTTPS = 2
};

typedef size_t (*curl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*curl_prereq_callback)(
    void *context, char *remote_ip, char *local_ip, int remote_port, int local_port);
typedef int (*curl_progress_callback)(
    void *context, long long down_total, long long down, long long up_total, long long up);

// The functions, as dlsym finds them. Two take variable arguments. Swift cannot pass those, and some machines pass them
// differently from fixed ones, hence the shims below.
typedef int (*curl_global_init_function)(long flags);
typedef CURL *(*curl_easy_init_function)(void);
typedef void (*curl_easy_handle_function)(CURL *handle);
typedef int (*curl_easy_perform_function)(CURL *handle);
typedef const char *(*curl_easy_strerror_function)(int code);
typedef int (*curl_easy_setopt_function)(CURL *handle, int option, ...);
typedef int (*curl_easy_getinfo_function)(CURL *handle, int info, ...);
typedef struct curl_slist *(*curl_slist_append_function)(struct curl_slist *list, const char *text);
typedef void (*curl_slist_free_all_function)(struct curl_slist *list);

static inline int curl_shim_set_long(void *setopt, CURL *handle, int option, long value) {
  return ((curl_easy_setopt_function)setopt)(handle, option, value);
}
static inline int curl_shim_set_pointer(void *setopt, CURL *handle, int option, const void *value) {
  return ((curl_easy_setopt_function)setopt)(handle, option, value);
}
static inline int curl_shim_set_data_callback(void *setopt, CURL *handle, int option, curl_data_callback callback) {
  return ((curl_easy_setopt_function)setopt)(handle, option, callback);
}
static inline int curl_shim_set_prereq(void *setopt, CURL *handle, curl_prereq_callback callback) {
  return ((curl_easy_setopt_function)setopt)(handle, CURLOPT_PREREQFUNCTION, callback);
}
static inline int curl_shim_set_progress(void *setopt, CURL *handle, curl_progress_callback callback) {
  return ((curl_easy_setopt_function)setopt)(handle, CURLOPT_XFERINFOFUNCTION, callback);
}
static inline int curl_shim_get_long(void *getinfo, CURL *handle, int info, long *value) {
  return ((curl_easy_getinfo_function)getinfo)(handle, info, value);
}

#endif

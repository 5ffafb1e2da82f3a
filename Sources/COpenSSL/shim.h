// Headers of the system's OpenSSL 3 for the module COpenSSL: no logic, only what Swift cannot import by itself.
#pragma once
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

// SHA-1 on a plain value. OpenSSL 3 marks these three as deprecated in favour of EVP, which allocates on every restart of a
// keyed HMAC; a `SHA_CTX` is copied like an integer, which is what a media packet needs.
static inline int sha1_init(SHA_CTX *context) { return SHA1_Init(context); }
static inline int sha1_update(SHA_CTX *context, const void *data, size_t count) { return SHA1_Update(context, data, count); }
static inline int sha1_final(unsigned char *digest, SHA_CTX *context) { return SHA1_Final(digest, context); }

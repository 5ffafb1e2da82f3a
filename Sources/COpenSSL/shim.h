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

// Function-like macros and macro constants, which Swift does not import; each by the name of the macro in small letters.
static const uint64_t ssl_op_no_query_mtu = SSL_OP_NO_QUERY_MTU;
static const uint64_t ssl_op_no_renegotiation = SSL_OP_NO_RENEGOTIATION;
static const uint64_t ssl_op_no_ticket = SSL_OP_NO_TICKET;
static const uint64_t ssl_op_cipher_server_preference = SSL_OP_CIPHER_SERVER_PREFERENCE;

static inline EVP_PKEY *evp_ec_gen(const char *curve) { return EVP_EC_gen(curve); }
static inline int ssl_ctx_set_min_proto_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_min_proto_version(context, version);
}
static inline int ssl_ctx_set_max_proto_version(SSL_CTX *context, int version) {
  return (int)SSL_CTX_set_max_proto_version(context, version);
}
static inline int ssl_ctx_set1_groups_list(SSL_CTX *context, const char *list) {
  return (int)SSL_CTX_set1_groups_list(context, list);
}
static inline void ssl_ctx_set_session_cache_mode(SSL_CTX *context, int mode) {
  SSL_CTX_set_session_cache_mode(context, mode);
}
static inline void ssl_ctx_set_max_cert_list(SSL_CTX *context, long count) { SSL_CTX_set_max_cert_list(context, count); }
static inline int ssl_ctx_set_max_send_fragment(SSL_CTX *context, long count) {
  return (int)SSL_CTX_set_max_send_fragment(context, count);
}
static inline void ssl_ctx_set_read_ahead(SSL_CTX *context, int on) { SSL_CTX_set_read_ahead(context, on); }
static inline int ssl_set_mtu(SSL *ssl, long byte_count) { return (int)SSL_set_mtu(ssl, byte_count); }
static inline void bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void bio_clear_retry_flags(BIO *bio) { BIO_clear_retry_flags(bio); }

// Parameters of a key derivation. They keep the pointer to their name, so the name has to be a constant of C.
static inline OSSL_PARAM ossl_kdf_param_digest(char *name) {
  return OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, name, 0);
}
static inline OSSL_PARAM ossl_kdf_param_secret(void *secret, size_t count) {
  return OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET, secret, count);
}
static inline OSSL_PARAM ossl_kdf_param_seed(void *seed, size_t count) {
  return OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, seed, count);
}

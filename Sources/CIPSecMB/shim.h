// AES-GCM of Intel's Multi-Buffer Crypto library for the module CIPSecMB: only what Swift cannot import by itself.
#pragma once
#include <intel-ipsec-mb.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

// The expanded key of one direction, and where the functions keep the message they are at. Swift has no types of such an
// alignment, so it is handed an address.
struct gcm_state {
  _Alignas(64) struct gcm_key_data key;
  struct gcm_context_data message;
};

// The functions for keys of one length. They work on what they are handed and on nothing else.
struct gcm_functions {
  aes_gcm_pre_t expand;
  aes_gcm_enc_dec_t seal, open;
};

// Whether the system keeps the wide registers that the processor has: the library may look at the processor only.
static inline bool gcm_registers_are_kept(void) {
  const uint64_t features = imb_get_feature_flags();
  if ((features & IMB_FEATURE_AVX) && !__builtin_cpu_supports("avx")) return false;
  return !(features & IMB_FEATURE_AVX512F) || __builtin_cpu_supports("avx512f");
}

// The library's functions for this processor and for keys of 16 and of 32 bytes; false if there are none that use its AES
// instructions, or if the library's test of itself fails. The manager is needed for the choice alone.
static inline bool gcm_choose(struct gcm_functions *with_short_key, struct gcm_functions *with_long_key) {
  if (!gcm_registers_are_kept()) return false;
  IMB_MGR *manager = alloc_mb_mgr(0);
  if (manager == NULL) return false;
  IMB_ARCH kind = IMB_ARCH_NONE;
  init_mb_mgr_auto(manager, &kind);
  const bool is_usable = imb_get_errno(manager) == 0 && kind >= IMB_ARCH_SSE;
  if (is_usable) {
    *with_short_key = (struct gcm_functions){manager->gcm128_pre, manager->gcm128_enc, manager->gcm128_dec};
    *with_long_key = (struct gcm_functions){manager->gcm256_pre, manager->gcm256_enc, manager->gcm256_dec};
  }
  free_mb_mgr(manager);
  return is_usable;
}

// Takes memory for a key of the length that the functions are for; null if there is none.
static inline void *gcm_create(struct gcm_functions functions, const void *key) {
  struct gcm_state *state = (struct gcm_state *)aligned_alloc(_Alignof(struct gcm_state), sizeof *state);
  if (state == NULL) return NULL;
  memset(state, 0, sizeof *state);
  functions.expand(key, &state->key);
  return state;
}

// Gives the memory back without the key.
static inline void gcm_destroy(void *state) {
  explicit_bzero(state, sizeof(struct gcm_state));
  free(state);
}

// Encrypts or decrypts a whole message, `data` of which is authenticated only, and writes its tag of 16 bytes.
static inline void gcm_apply(
    aes_gcm_enc_dec_t function, void *memory, uint8_t *target, const uint8_t *source, size_t count,
    const uint8_t *nonce, const uint8_t *data, size_t data_count, uint8_t *tag) {
  struct gcm_state *state = (struct gcm_state *)memory;
  function(&state->key, &state->message, target, source, count, nonce, data, data_count, tag, 16);
}

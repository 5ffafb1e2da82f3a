#include "CAllocationCounter.h"

#include <errno.h>
#include <malloc.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif

static __thread size_t count;
static __thread long byte_count;

size_t allocation_count(void) { return count; }
long allocated_byte_count(void) { return byte_count; }

#if defined(__GLIBC__) && !defined(IS_SANITIZED)

// The test program's definitions come before those of the C library, whose own stay reachable by these names.
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t members, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

void __libc_free(void *block);

static void *counted(void *block) {
  count++;
  if (block != NULL) byte_count += (long)malloc_usable_size(block);
  return block;
}

bool allocation_counter_is_active(void) { return true; }

void *malloc(size_t size) { return counted(__libc_malloc(size)); }

void *calloc(size_t members, size_t size) { return counted(__libc_calloc(members, size)); }

void *realloc(void *block, size_t size) {
  if (block != NULL) byte_count -= (long)malloc_usable_size(block);
  return counted(__libc_realloc(block, size));
}

void *aligned_alloc(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size)); }

int posix_memalign(void **result, size_t alignment, size_t size) {
  *result = counted(__libc_memalign(alignment, size));
  return *result == NULL ? ENOMEM : 0;
}

void free(void *block) {
  if (block != NULL) byte_count -= (long)malloc_usable_size(block);
  __libc_free(block);
}

#else

bool allocation_counter_is_active(void) { return false; }

#endif

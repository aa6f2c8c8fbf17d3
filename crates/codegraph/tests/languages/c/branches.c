#include "stock.h"

BEGIN_DECLS

typedef struct opaque opaque;

EXPORTED
int *first(int count)
{
#ifdef FAST
  if (count > 3) {
#else
  if (slow(count)) {
#endif
    return second(count);
  }
#if 0
  else never(count);
#elif defined(SLOW)
  else if (count) { seldom(count); }
#endif
  return 0;
}

DEFINE_TYPE (Stock, stock,
             OTHER (3))

static int *
second (int count)
{
  return first(count);
}

#ifndef FAST
static int slow(int count)
{
  return count;
}
#else
static int fast(int count)
{
  int *kept = second(count);
  return kept != 0;
}
#endif

typedef void (plain_fn)(int);
typedef int bare_fn(int);
typedef void *(*pointer_fn)(int);
typedef unsigned short uint16_t;
typedef void **handle;

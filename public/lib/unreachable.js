/**
 * Ends a `switch` over a union: a member without a case is a type error here.
 *
 * @template T
 * @param {never} value
 * @param {T} fallback what holds at run time, because a newer server may say what this client does not know
 * @returns {T}
 */
export function unreachable(value, fallback) {
  void value;
  return fallback;
}

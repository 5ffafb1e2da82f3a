/**
 * Ends a `switch` over a union: a member without a case is a type error here.
 *
 * @param {never} value
 * @returns {undefined} at run time, because a newer server may say what this client does not know
 */
export function unreachable(value) {
  void value;
  return undefined;
}

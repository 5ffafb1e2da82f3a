/**
 * One of the browser's storages, or none where the person forbids it.
 *
 * @param {'localStorage' | 'sessionStorage'} name
 * @returns {Storage | undefined}
 */
export function browserStorage(name) {
  try {
    return globalThis[name];
  } catch {
    return undefined; // reading the property itself throws
  }
}

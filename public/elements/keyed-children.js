/** @type {WeakMap<Element, string>} */
const keys = new WeakMap();

/**
 * Makes the children of `parent` stand for `items`, in order. The element of a key stays the same one,
 * so that focus, playback and what is typed survive; it is moved only when the order asks for it.
 *
 * @template T
 * @template {Element} E
 * @param {Element} parent
 * @param {Iterable<T>} items
 * @param {{key: (item: T) => string, create: (item: T) => E, update?: (element: E, item: T) => void}} how
 */
export function keyedChildren(parent, items, { key, create, update }) {
  /** @type {Map<string, Element>} */
  const old = new Map();
  for (const child of parent.children) old.set(keys.get(child) ?? '', child);
  const wanted = [...items];
  const wantedKeys = new Set(wanted.map(key));
  for (const [name, child] of old) if (!wantedKeys.has(name)) child.remove();
  /** @type {Element | null} */
  let next = parent.firstElementChild;
  for (const item of wanted) {
    const name = key(item);
    const element = /** @type {E} */ (old.get(name) ?? create(item));
    keys.set(element, name);
    update?.(element, item);
    if (element === next) next = element.nextElementSibling;
    else parent.insertBefore(element, next);
  }
}

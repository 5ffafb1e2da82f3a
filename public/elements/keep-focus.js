/** Where the focus goes when what had it goes away: never to nowhere, where a screen reader begins the page anew. */

/** @param {Element | null} element whether it can be seen, and so can have the focus */
export function isShown(element) {
  return element !== null && element.isConnected && element.getClientRects().length > 0;
}

/**
 * The one that takes the place of another: the next that is left, else the one before.
 *
 * @template T
 * @param {readonly T[]} items
 * @param {number} at the place of the one that is gone
 * @param {(item: T) => boolean} isLeft
 * @returns {T | null}
 */
export function successor(items, at, isLeft) {
  return items.slice(at + 1).find(isLeft) ?? items.slice(0, Math.max(at, 0)).reverse().find(isLeft) ?? null;
}

/**
 * Does work that may take away the button with the focus. Then its like in the next row has it, else what `fallback` names:
 * never a button that does something else, because the key may be pressed once more.
 *
 * @param {HTMLElement} area
 * @param {() => void} work
 * @param {() => HTMLElement} fallback
 */
export function keepFocus(area, work, fallback) {
  const lost = document.activeElement;
  if (!(lost instanceof HTMLElement) || lost === area || !area.contains(lost)) return work();
  const alike = [...area.querySelectorAll('button')].filter((one) => one === lost || isAlike(one, lost));
  const at = alike.findIndex((one) => one === lost);
  work();
  if (!isShown(lost)) (successor(alike, at, isShown) ?? fallback()).focus();
}

/** @param {HTMLElement} one @param {HTMLElement} other */
function isAlike(one, other) {
  const { do: done, part } = other.dataset;
  return done !== undefined ? one.dataset.do === done : part !== undefined && one.dataset.part === part;
}

/**
 * Takes the focus to the heading of what is shown now, so that it is read out.
 *
 * @param {ParentNode} page
 */
export function focusHeading(page) {
  const heading = page.querySelector('h1, h2');
  if (!(heading instanceof HTMLElement)) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

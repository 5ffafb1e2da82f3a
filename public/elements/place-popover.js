/** The distance to the button and to the window's edge, in CSS pixels. */
const distance = 8;

/**
 * Puts a shown popover above or below its button, wherever there is more room, and keeps it inside the window.
 *
 * @param {HTMLElement} popover
 * @param {Element} anchor
 */
export function placePopover(popover, anchor) {
  const button = anchor.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const height = window.innerHeight;
  const above = button.top - 2 * distance;
  const below = height - button.bottom - 2 * distance;
  popover.style.maxHeight = `${Math.max(above, below, 160)}px`;
  const box = popover.getBoundingClientRect();
  const upwards = box.height > below && above > below;
  const top = upwards ? button.top - distance - box.height : button.bottom + distance;
  const left = button.left + button.width / 2 - box.width / 2;
  popover.style.top = `${clamp(top, distance, height - box.height - distance)}px`;
  popover.style.left = `${clamp(left, distance, width - box.width - distance)}px`;
}

/** @param {number} value @param {number} least @param {number} most */
function clamp(value, least, most) {
  return Math.max(least, Math.min(value, most));
}

/**
 * Opens a popover at a button, or closes it when it is open.
 *
 * @param {HTMLElement} popover
 * @param {HTMLElement} anchor
 */
export function togglePopover(popover, anchor) {
  if (popover.matches(':popover-open')) return popover.hidePopover();
  openPopover(popover, anchor);
}

/**
 * Opens a popover at a button. The focus goes to its first button, and back to where it was when the popover closes;
 * it closes when the focus leaves it.
 *
 * @param {HTMLElement} popover
 * @param {HTMLElement} anchor
 */
export function openPopover(popover, anchor) {
  const before = document.activeElement;
  const origin = before instanceof HTMLElement && before !== document.body ? before : anchor; // Safari focuses no clicked button
  const closing = new AbortController();
  const { signal } = closing;
  popover.showPopover();
  placePopover(popover, anchor);
  buttonsOf(popover)[0]?.focus();
  popover.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !popover.contains(relatedTarget) && relatedTarget !== anchor) popover.hidePopover();
  }, { signal });
  popover.addEventListener('toggle', (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== 'closed') return;
    closing.abort();
    const now = document.activeElement;
    if (now === null || now === document.body || popover.contains(now)) origin.focus();
  }, { signal });
}

/** @param {HTMLElement} container @returns {HTMLButtonElement[]} those that can be pressed now */
function buttonsOf(container) {
  return [...container.querySelectorAll('button')].filter((button) => !button.disabled && button.offsetParent !== null);
}

/**
 * Lets the arrow keys, Home and End walk through the buttons of a container.
 *
 * @param {HTMLElement} container
 * @param {AbortSignal} signal
 */
export function walkWithArrows(container, signal) {
  container.addEventListener('keydown', (event) => {
    if (event.defaultPrevented) return; // a smaller container within has walked already
    const buttons = buttonsOf(container);
    const at = buttons.findIndex((button) => button === document.activeElement);
    const next = step(event.key, at, buttons.length);
    if (next === null || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    buttons[next]?.focus();
  }, { signal });
}

/** @param {string} key @param {number} at -1: at none of them @param {number} count @returns {number | null} */
function step(key, at, count) {
  if (count === 0) return null;
  switch (key) {
    case 'ArrowDown': case 'ArrowRight': return (at + 1) % count;
    case 'ArrowUp': case 'ArrowLeft': return at <= 0 ? count - 1 : at - 1;
    case 'Home': return 0;
    case 'End': return count - 1;
    default: return null;
  }
}

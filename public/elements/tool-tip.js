import { LightElement } from './light-element.js';
import { preferences } from './preferences.js';

/** Long enough not to flicker while the pointer passes by, in milliseconds. */
const delay = 350;
const distance = 8;

/** Shows the accessible name of the button or sign under the pointer or the focus, with its key. One serves the whole page. */
export class ToolTip extends LightElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Element | null} */
  #anchor = null;

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.popover = 'manual';
    this.setAttribute('aria-hidden', 'true'); // the button's name says the same
    const options = { signal, passive: true };
    document.addEventListener('pointerover', (event) => this.#consider(event), options);
    document.addEventListener('focusin', (event) => this.#focused(event), options);
    document.addEventListener('focusout', () => this.#hide(), options);
    document.addEventListener('pointerdown', () => this.#hide(), options);
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') this.#hide(); }, options);
  }

  /** @param {PointerEvent} event */
  #consider(event) {
    const anchor = named(event.target);
    if (anchor === this.#anchor) return;
    this.#hide();
    if (!anchor || event.pointerType === 'touch') return;
    this.#anchor = anchor;
    this.#timer = setTimeout(() => this.#show(anchor), delay);
  }

  /** @param {FocusEvent} event */
  #focused(event) {
    const anchor = named(event.target);
    if (!anchor || !anchor.matches(':focus-visible')) return;
    this.#anchor = anchor;
    // Later: the focus may be moved by a popover that is being shown or hidden, and two cannot be at once.
    this.#timer = setTimeout(() => { if (document.activeElement === anchor) this.#show(anchor); }, 0);
  }

  /** @param {Element} anchor */
  #show(anchor) {
    const text = anchor.getAttribute('aria-label');
    if (!text || !anchor.isConnected) return;
    const words = document.createElement('span');
    words.textContent = text;
    this.replaceChildren(words);
    const shortcut = preferences.values.shortcuts ? anchor.getAttribute('data-shortcut') : null;
    if (shortcut) {
      const key = document.createElement('kbd');
      key.textContent = shortcut;
      this.append(key);
    }
    this.showPopover();
    const button = anchor.getBoundingClientRect();
    const box = this.getBoundingClientRect();
    const above = button.top > box.height + 2 * distance;
    const left = button.left + (button.width - box.width) / 2;
    this.style.top = `${above ? button.top - box.height - distance : button.bottom + distance}px`;
    this.style.left = `${Math.max(distance, Math.min(left, window.innerWidth - box.width - distance))}px`;
  }

  #hide() {
    clearTimeout(this.#timer);
    this.#anchor = null;
    if (this.matches(':popover-open')) this.hidePopover();
  }
}

/** @param {EventTarget | null} target @returns {Element | null} */
function named(target) {
  return target instanceof Element ? target.closest('.icon-button[aria-label], .control[aria-label], .round-toggle[aria-label], .room-button[aria-label], .tile-signal[aria-label]') : null;
}
customElements.define('tool-tip', ToolTip);

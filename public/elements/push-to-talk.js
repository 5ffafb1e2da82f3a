import { preferences } from './preferences.js';
import { isTyping } from './shortcuts.js';

/** @typedef {import('./call-page.js').CallPage} CallPage */

/** A shorter press is a slip of the finger, in milliseconds. */
const slip = 120;

/** Opens a muted microphone for as long as the space bar is held. */
export class PushToTalk {
  #page;
  #pressed = false;
  #holding = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {CallPage} page @param {AbortSignal} signal */
  constructor(page, signal) {
    this.#page = page;
    document.addEventListener('keydown', (event) => this.#down(event), { signal });
    document.addEventListener('keyup', (event) => {
      if (event.code !== 'Space' || !this.#pressed) return;
      event.preventDefault(); // a button that was clicked before must not be pressed by the same key
      this.#up();
    }, { signal });
    window.addEventListener('blur', () => this.#up(), { signal });
    signal.addEventListener('abort', () => clearTimeout(this.#timer));
  }

  /** @param {KeyboardEvent} event */
  #down(event) {
    if (event.code !== 'Space' || event.repeat || !preferences.values.pushToTalk) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || isBusy(event.target)) return;
    if (this.#page.call?.media.active.audio) return;
    event.preventDefault();
    this.#pressed = true;
    this.#timer = setTimeout(() => {
      this.#holding = true;
      this.#page.act({ type: 'setAudio', on: true });
    }, slip);
  }

  #up() {
    clearTimeout(this.#timer);
    this.#pressed = false;
    if (!this.#holding) return;
    this.#holding = false;
    this.#page.act({ type: 'setAudio', on: false });
  }
}

/**
 * Whether the space bar already means something here.
 *
 * @param {EventTarget | null} target
 */
function isBusy(target) {
  if (isTyping(target) || document.querySelector('dialog[open]')) return true;
  const control = target instanceof HTMLElement ? target.closest('button, a, summary') : null;
  return control?.matches(':focus-visible') ?? false; // one that was reached by mouse is no longer meant
}

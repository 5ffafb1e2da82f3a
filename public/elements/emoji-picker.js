import { t } from '../i18n/translate.js';
import { LightElement } from './light-element.js';
import { placePopover, walkWithArrows } from './place-popover.js';

/** A small set that covers most of what is written in a meeting. */
const emojis = [
  '👍', '👎', '👏', '🙌', '🙏', '👋', '💪', '🤝', '❤️', '🔥', '⭐', '🎉',
  '😀', '😄', '😂', '🙂', '😉', '😊', '😍', '😎', '🤔', '😮', '😅', '😢',
  '😭', '😡', '😴', '🤯', '🥳', '🤷', '🙈', '👀', '✅', '❌', '❓', '❗',
  '💡', '📌', '📎', '📅', '⏰', '☕', '🍕', '🚀', '🐛', '🌍', '☀️', '🌧️',
];

/** Chooses an emoji. `choose(anchor)` opens it and gives the choice, or null when it was closed. */
export class EmojiPicker extends LightElement {
  /** @type {((emoji: string | null) => void) | null} */
  #answer = null;

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.popover = 'auto';
    this.setAttribute('role', 'group');
    this.replaceChildren(...emojis.map((emoji) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'emoji-button';
      button.textContent = emoji;
      return button;
    }));
    walkWithArrows(this, signal);
    this.addEventListener('click', (event) => {
      const button = /** @type {Element} */ (event.target).closest('button');
      if (button) this.#reply(button.textContent);
    }, { signal });
    this.addEventListener('toggle', (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === 'closed') this.#reply(null);
    }, { signal });
  }

  /** @override */
  render() {
    this.setAttribute('aria-label', t('chat.emoji'));
  }

  /** @param {HTMLElement} anchor @returns {Promise<string | null>} */
  choose(anchor) {
    this.#reply(null);
    this.showPopover();
    placePopover(this, anchor);
    this.querySelector('button')?.focus();
    return new Promise((resolve) => { this.#answer = resolve; });
  }

  /** @param {string | null} emoji */
  #reply(emoji) {
    const answer = this.#answer;
    this.#answer = null;
    if (emoji !== null && this.matches(':popover-open')) this.hidePopover();
    answer?.(emoji);
  }
}
customElements.define('emoji-picker', EmojiPicker);

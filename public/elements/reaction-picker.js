import { t } from '../i18n/translate.js';
import { LightElement } from './light-element.js';
import { walkWithArrows } from './place-popover.js';

/** What is sent most often; each has its name in `i18n/` as `emoji.<name>`. */
export const reactions = Object.freeze([
  { emoji: '👍', name: 'thumbsUp' },
  { emoji: '👏', name: 'applause' },
  { emoji: '❤️', name: 'heart' },
  { emoji: '😂', name: 'laughter' },
  { emoji: '😮', name: 'surprise' },
  { emoji: '🎉', name: 'celebration' },
]);

/** A row of reactions. Event `choose-emoji` `{emoji}`. */
export class ReactionPicker extends LightElement {
  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.setAttribute('role', 'group');
    walkWithArrows(this, signal);
    this.addEventListener('click', (event) => {
      const emoji = /** @type {Element} */ (event.target).closest('button')?.dataset.emoji;
      if (emoji) this.emit('choose-emoji', { emoji });
    }, { signal });
  }

  /** @override */
  render() {
    this.setAttribute('aria-label', t('action.react'));
    this.replaceChildren(...reactions.map(({ emoji, name }) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'emoji-button';
      button.dataset.emoji = emoji;
      button.textContent = emoji;
      button.setAttribute('aria-label', t(`emoji.${name}`));
      return button;
    }));
  }
}
customElements.define('reaction-picker', ReactionPicker);

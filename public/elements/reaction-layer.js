import { t } from '../i18n/translate.js';
import { LightElement } from './light-element.js';
import { reactions } from './reaction-picker.js';

/** How long a reaction is seen, in milliseconds; the style sheet's animation is as long. */
const shownFor = 4000;
const mostAtOnce = 24;

/** Reactions that rise over the call and fade; each says who sent it. */
export class ReactionLayer extends LightElement {
  #count = 0;

  /** @override */
  connected() {
    this.setAttribute('role', 'log');
    this.setAttribute('aria-live', 'polite');
  }

  /** @param {string} emoji @param {string} name of who sent it */
  show(emoji, name) {
    while (this.childElementCount >= mostAtOnce) this.firstElementChild?.remove();
    const bubble = document.createElement('div');
    bubble.className = 'reaction';
    bubble.style.setProperty('--lane', String((this.#count += 1) % 5));
    bubble.append(spanOf('reaction-emoji', emoji), spanOf('reaction-name', name));
    const known = reactions.find((one) => one.emoji === emoji);
    bubble.firstElementChild?.setAttribute('role', 'img');
    bubble.firstElementChild?.setAttribute('aria-label', known ? t(`emoji.${known.name}`) : emoji);
    this.append(bubble);
    setTimeout(() => bubble.remove(), shownFor);
  }
}

/** @param {string} style @param {string} text */
function spanOf(style, text) {
  const span = document.createElement('span');
  span.className = style;
  span.textContent = text;
  return span;
}
customElements.define('reaction-layer', ReactionLayer);

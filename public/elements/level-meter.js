import { html } from './html.js';
import { LightElement } from './light-element.js';

/** Twenty times a second is as fast as a bar can be read. */
const interval = 50;

/** A bar that shows how loud the microphone is; `source` gives the level, 0…1. */
export class LevelMeter extends LightElement {
  /** @override */
  static template = html`<span class="level-track"><span class="level-bar" data-part="bar"></span></span>`;

  /** @type {() => number} */
  source = () => 0;
  #shown = 0;

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.setAttribute('aria-hidden', 'true');
    const timer = setInterval(() => this.#step(), interval);
    signal.addEventListener('abort', () => clearInterval(timer));
  }

  #step() {
    const level = this.source();
    this.#shown = level > this.#shown ? level : Math.max(level, this.#shown - 0.06); // up at once, down gently
    this.child('bar', HTMLElement).style.transform = `scaleX(${this.#shown.toFixed(3)})`;
  }
}
customElements.define('level-meter', LevelMeter);

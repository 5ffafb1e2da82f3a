import { localize } from '../i18n/translate.js';

/** @typedef {import('./actions.js').Action} Action */

/**
 * What the elements have in common: markup from a template into the light DOM, listeners that end with the connection,
 * one `render()` for however many properties changed, and words in the chosen language.
 */
export class LightElement extends HTMLElement {
  /** @type {HTMLTemplateElement | undefined} the element's markup */
  static template;

  /** @type {AbortController | undefined} */
  #listeners;
  #built = false;
  /** @type {Map<string, Element>} */
  #parts = new Map();
  #scheduled = false;

  connectedCallback() {
    this.#listeners = new AbortController();
    this.#build();
    const signal = this.#listeners.signal;
    document.addEventListener('languagechange', () => this.#changeLanguage(), { signal });
    this.connected(signal);
    this.render();
  }

  disconnectedCallback() {
    this.#listeners?.abort();
    this.disconnected();
  }

  /**
   * Adds the listeners of this connection.
   *
   * @param {AbortSignal} signal ends with the connection
   */
  connected(signal) { void signal; }

  disconnected() {}

  /** Shows the properties as they are now. */
  render() {}

  /** Asks for one `render()` soon; a property's setter calls it. */
  needsRender() {
    if (this.#scheduled || !this.isConnected) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      if (this.isConnected) this.render();
    });
  }

  /**
   * A part of the markup by its `data-part`.
   *
   * @template {Element} T
   * @param {string} name
   * @param {new () => T} type
   * @returns {T}
   */
  child(name, type) {
    this.#build();
    const found = this.#parts.get(name);
    if (!(found instanceof type)) throw new Error(`${this.localName} has no part ${name}`);
    return found;
  }

  /**
   * Tells the elements above.
   *
   * @param {string} type
   * @param {unknown} [detail]
   */
  emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }

  /**
   * Asks for something to be done with the call; a refusal is shown to the person.
   *
   * @param {Action} action
   */
  act(action) {
    this.emit('act', { action });
  }

  /**
   * Asks for something to be done with the call and hears how it went; a refusal is for the caller to show.
   *
   * @param {Action} action
   * @returns {Promise<unknown>}
   */
  ask(action) {
    return new Promise((resolve, reject) => this.emit('act', { action, resolve, reject }));
  }

  #build() {
    if (this.#built) return;
    this.#built = true;
    const { template } = /** @type {typeof LightElement} */ (this.constructor);
    if (!template) return;
    const content = document.importNode(template.content, true);
    localize(content);
    // Found before the elements within build their own, whose parts may have the same names.
    for (const part of content.querySelectorAll('[data-part]')) this.#parts.set(part.getAttribute('data-part') ?? '', part);
    this.append(content);
  }

  #changeLanguage() {
    localize(this);
    this.render();
  }
}

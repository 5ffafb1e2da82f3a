const svg = 'http://www.w3.org/2000/svg';
const sprite = new URL('../icons/sprite.svg', import.meta.url);

/** One picture of `icons/sprite.svg`; `name` says which. It is decoration: the words stand beside it. */
export class UIIcon extends HTMLElement {
  static observedAttributes = ['name'];

  /** @type {SVGUseElement | undefined} */
  #use;

  connectedCallback() {
    this.setAttribute('aria-hidden', 'true');
    this.#show();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.#show();
  }

  get name() { return this.getAttribute('name') ?? ''; }
  set name(value) { if (value !== this.name) this.setAttribute('name', value); }

  #show() {
    this.#use ??= this.#build();
    this.#use.setAttribute('href', `${sprite.href}#${this.name}`);
  }

  #build() {
    const picture = document.createElementNS(svg, 'svg');
    const use = document.createElementNS(svg, 'use');
    picture.append(use);
    this.append(picture);
    return use;
  }
}
customElements.define('ui-icon', UIIcon);

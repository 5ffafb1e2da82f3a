const svg = 'http://www.w3.org/2000/svg';
const sprite = new URL('../icons/sprite.svg', import.meta.url);

/**
 * Puts all pictures into the page at once: a picture that were loaded when it is first needed would be missing while the
 * server cannot be reached, which is when "reconnecting" has to be drawn.
 */
async function loadPictures() {
  const answer = await fetch(sprite);
  if (!answer.ok) throw new Error(`The pictures are missing (HTTP ${answer.status}).`);
  const pictures = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml').documentElement;
  pictures.setAttribute('aria-hidden', 'true');
  const inPage = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.importNode(pictures, true)));
  inPage.style.display = 'none';
  document.body.append(inPage);
}

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
    this.#use.setAttribute('href', `#icon-${this.name}`);
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
loadPictures().catch((error) => console.warn(error));

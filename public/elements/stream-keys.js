import { language, t } from '../i18n/translate.js';
import { dayAndTime } from '../lib/format.js';
import { encoderAddress } from '../lib/page-parameters.js';
import { machines } from '../state/selectors.js';
import { confirm } from './confirm-dialog.js';
import { copyField } from './copy-field.js';
import { html } from './html.js';
import { keepFocus } from './keep-focus.js';
import { keyedChildren } from './keyed-children.js';
import { LightElement } from './light-element.js';
import { refusalText } from './refusal.js';
import { toast } from './toast.js';

/** @typedef {import('../types/messages.js').StreamKey} StreamKey */

/** As many as a room may have. */
const most = 16;

/** The keys with which encoders publish in this room: a moderator makes one for a name, sees it once, and revokes it. */
export class StreamKeys extends LightElement {
  /** @override */
  static template = html`
    <p class="small quiet" data-i18n="streamKeys.text"></p>
    <form class="field" data-part="form"><label for="stream-key-name" data-i18n="streamKeys.name"></label>
      <div class="link-row"><input class="input" id="stream-key-name" data-part="name" maxlength="64" required autocomplete="off">
        <button class="button" type="submit"><ui-icon name="key"></ui-icon><span data-i18n="streamKeys.create"></span></button></div></form>
    <p class="small quiet" data-part="full" data-i18n="streamKeys.full" hidden></p>
    <div class="stream-key-made" data-part="made" role="group" aria-labelledby="stream-key-title" hidden>
      <h4 id="stream-key-title" data-part="made-title" tabindex="-1"></h4>
      <p class="small quiet" id="stream-key-once" data-i18n="streamKeys.once"></p>
      <div class="field"><label for="stream-key-address" data-i18n="streamKeys.address"></label>
        <div class="link-row"><input class="input mono" id="stream-key-address" readonly data-part="address">
          <button class="button" type="button" data-part="copy-address" data-i18n-label="streamKeys.copyAddress"><ui-icon name="copy"></ui-icon><span data-i18n="invite.copy"></span></button></div></div>
      <div class="field"><label for="stream-key-secret" data-i18n="streamKeys.key"></label>
        <div class="link-row"><input class="input mono" id="stream-key-secret" readonly data-part="secret" aria-describedby="stream-key-once">
          <button class="button" type="button" data-part="copy-secret" data-i18n-label="streamKeys.copyKey"><ui-icon name="copy"></ui-icon><span data-i18n="invite.copy"></span></button></div></div>
    </div>
    <ul class="stream-keys" role="list" data-part="list" data-i18n-label="streamKeys.list" hidden></ul>
    <p class="small quiet" data-part="empty" data-i18n="streamKeys.empty" hidden></p>`;

  /** @type {StreamKey[] | null} as the server told last; null before it did */
  #keys = null;
  /** @type {{name: string, key: string} | null} what was made last; nowhere else, and forgotten when the dialog closes */
  #made = null;
  #room = '';
  #machines = '';
  #isOpen = false;
  #isMaking = false;
  /** @type {URL} where the server is mounted */
  root = new URL('../', import.meta.url);

  /** @param {import('../types/call.js').CallState} state */
  set state(state) {
    this.#room = state.room?.name ?? '';
    const present = machines(state).map(({ id }) => id).join();
    if (present === this.#machines) return;
    this.#machines = present;
    if (this.#isOpen) this.#load(); // who publishes with which key has changed
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    this.child('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#create();
    }, { signal });
    for (const part of ['address', 'secret']) {
      const field = this.child(part, HTMLInputElement);
      field.addEventListener('focus', () => field.select(), { signal });
      this.child(`copy-${part}`, HTMLButtonElement).addEventListener('click', () => copyField(field, t('streamKeys.copied')), { signal });
    }
  }

  /** Somebody looks. */
  open() {
    this.#isOpen = true;
    this.#load();
  }

  /** Nobody looks any more: the key that was shown once is gone. */
  close() {
    this.#isOpen = false;
    this.#made = null;
    this.#keys = null;
    this.child('secret', HTMLInputElement).value = '';
    this.render();
  }

  async #load() {
    try {
      const keys = /** @type {StreamKey[]} */ (await this.ask({ type: 'getStreamKeys' }));
      if (!this.#isOpen) return;
      this.#keys = keys;
      this.needsRender();
    } catch (error) {
      toast(refusalText(error), { level: 'error', key: 'stream-keys' });
    }
  }

  /** @override */
  render() {
    keepFocus(this, () => this.#show(), () => this.child('name', HTMLElement));
  }

  #show() {
    const keys = this.#keys ?? [];
    const isFull = keys.length >= most;
    this.child('form', HTMLElement).hidden = isFull;
    this.child('full', HTMLElement).hidden = !isFull;
    this.child('empty', HTMLElement).hidden = this.#keys === null || keys.length > 0;
    this.child('list', HTMLElement).hidden = keys.length === 0;
    keyedChildren(this.child('list', HTMLElement), keys, {
      key: ({ id }) => id,
      create: (key) => this.#row(key),
      update: describe,
    });
    this.child('made', HTMLElement).hidden = this.#made === null;
    if (this.#made === null) return;
    this.child('made-title', HTMLElement).textContent = t('streamKeys.made', { name: this.#made.name });
    this.child('address', HTMLInputElement).value = encoderAddress(this.root, this.#room).href;
    this.child('secret', HTMLInputElement).value = this.#made.key;
  }

  async #create() {
    if (this.#isMaking) return; // a second click would make a second key, and nobody would see the first again
    this.#isMaking = true;
    const field = this.child('name', HTMLInputElement);
    try {
      const made = await this.ask({ type: 'createStreamKey', name: field.value });
      if (!this.#isOpen) return;
      this.#made = /** @type {{name: string, key: string}} */ (made);
      field.value = '';
      this.render();
      this.child('made-title', HTMLElement).focus(); // is read out, and the key is next
      await this.#load();
    } catch (error) {
      toast(refusalText(error), { level: 'error', key: 'stream-keys' });
    } finally {
      this.#isMaking = false;
    }
  }

  /** @param {StreamKey} key */
  #row({ id, name }) {
    const row = document.createElement('li');
    const words = document.createElement('span');
    const button = document.createElement('button');
    row.append(words, button);
    words.append(document.createElement('b'), document.createElement('small'));
    button.type = 'button';
    button.className = 'button';
    button.dataset.do = 'revoke';
    button.addEventListener('click', () => this.#revoke(id, name));
    return row;
  }

  /** @param {string} id @param {string} name */
  async #revoke(id, name) {
    const agreed = await confirm({
      title: t('streamKeys.revoke.title', { name }), text: t('streamKeys.revoke.text'), action: t('streamKeys.revoke'), danger: true,
    });
    if (agreed === null) return;
    try {
      await this.ask({ type: 'revokeStreamKey', streamKey: id });
      toast(t('streamKeys.revoked', { name }), { level: 'success', key: 'stream-keys' });
    } catch (error) {
      toast(refusalText(error), { level: 'error', key: 'stream-keys' });
    }
    await this.#load();
  }
}

/** @param {HTMLElement} row @param {StreamKey} key */
function describe(row, { name, createdAt, participant }) {
  const [title, facts] = row.querySelectorAll('b, small');
  const button = row.querySelector('button');
  if (!title || !facts || !button) return;
  title.textContent = name;
  facts.textContent = t(participant === null ? 'streamKeys.since' : 'streamKeys.live', { time: dayAndTime(createdAt, language()) });
  row.classList.toggle('live', participant !== null);
  button.textContent = t('streamKeys.revoke');
  button.setAttribute('aria-label', t('streamKeys.revoke.name', { name }));
}
customElements.define('stream-keys', StreamKeys);

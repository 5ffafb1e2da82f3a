import { language, t } from '../i18n/translate.js';
import { may, mayWriteTo, others } from '../state/selectors.js';
import { ChatMessage } from './chat-message.js';
import { chatAsText } from './chat-as-text.js';
import { EmojiPicker } from './emoji-picker.js';
import { html } from './html.js';
import { keyedChildren } from './keyed-children.js';
import { LightElement } from './light-element.js';
import { refusalText } from './refusal.js';
import { plainText } from './rich-text-view.js';
import { saveText } from './save-text.js';

/** @typedef {import('../types/messages.js').ChatMessage} Message */

/** Two messages of one writer within this time stand together, in milliseconds. */
const together = 3 * 60_000;
const longest = 4000;

/** The chat: what was written, and the field to write in. */
export class ChatPanel extends LightElement {
  /** @override */
  static template = html`
    <header class="panel-header">
      <h2 data-i18n="chat.title"></h2>
      <button type="button" class="icon-button" data-part="save" data-i18n-label="chat.save"><ui-icon name="download"></ui-icon></button>
      <button type="button" class="icon-button" data-part="close" data-i18n-label="action.close"><ui-icon name="close"></ui-icon></button>
    </header>
    <div class="chat-log" role="log" tabindex="0" data-part="log" data-i18n-label="chat.log">
      <p class="panel-empty" data-part="empty"><ui-icon name="chat"></ui-icon><span data-i18n="chat.empty"></span></p>
      <div class="chat-messages" data-part="messages"></div>
    </div>
    <button type="button" class="button chat-newest" data-part="newest" hidden><ui-icon name="arrow-down"></ui-icon><span data-i18n="chat.newest"></span></button>
    <form class="composer" data-part="form">
      <div class="composer-about" data-part="about" hidden><ui-icon data-part="about-icon"></ui-icon><span data-part="about-text"></span>
        <button type="button" class="icon-button" data-part="about-cancel" data-i18n-label="action.cancel"><ui-icon name="close"></ui-icon></button></div>
      <label class="composer-to" data-part="to-row"><span data-i18n="chat.to"></span>
        <span class="select-box"><select class="select" data-part="to"></select><ui-icon name="chevron-down"></ui-icon></span></label>
      <p class="field-error" data-part="error" role="alert" hidden><ui-icon name="error"></ui-icon><span data-part="error-text"></span></p>
      <div class="composer-row">
        <textarea class="textarea" data-part="text" rows="1" data-i18n-label="chat.message" data-i18n-placeholder="chat.placeholder" enterkeyhint="send"></textarea>
        <button type="button" class="icon-button" data-part="emoji" data-i18n-label="chat.emoji" aria-haspopup="true"><ui-icon name="smile"></ui-icon></button>
        <button type="submit" class="icon-button send" data-part="send" data-i18n-label="chat.send"><ui-icon name="send"></ui-icon></button>
      </div>
      <p class="small quiet" data-part="forbidden" data-i18n="chat.forbidden" hidden></p>
    </form>
    <emoji-picker data-part="picker"></emoji-picker>`;

  /** @type {import('../types/call.js').CallState | undefined} */
  #state;
  /** @type {{kind: 'new'} | {kind: 'reply' | 'edit', message: string}} what is being written: something new, an answer, or another wording */
  #writing = { kind: 'new' };
  /** @type {string | null} the recipient of a private message */
  #to = null;
  #atBottom = true;

  /** @param {import('../types/call.js').CallState} state */
  set state(state) {
    const same = this.#state?.chat === state.chat && this.#state.participants === state.participants && this.#state.room === state.room;
    this.#state = state;
    if (!same) this.needsRender();
  }

  /** @param {AbortSignal} signal @override */
  connected(signal) {
    /** @param {string} part @param {() => void} action */
    const on = (part, action) => this.child(part, HTMLButtonElement).addEventListener('click', action, { signal });
    const text = this.child('text', HTMLTextAreaElement);
    on('close', () => this.emit('close-panel'));
    on('save', () => this.#save());
    on('newest', () => this.#scrollDown());
    on('about-cancel', () => this.#write({ kind: 'new' }));
    on('emoji', () => this.#insertEmoji());
    text.addEventListener('input', () => this.#fit(), { signal });
    text.addEventListener('keydown', (event) => this.#key(event), { signal });
    this.child('to', HTMLSelectElement).addEventListener('change', (event) => {
      this.#to = /** @type {HTMLSelectElement} */ (event.target).value || null;
    }, { signal });
    this.child('form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    }, { signal });
    this.child('log', HTMLElement).addEventListener('scroll', () => this.#scrolled(), { signal });
    /** @param {string} type @param {(detail: any) => void} listener */
    const listen = (type, listener) => this.addEventListener(type, (event) => {
      listener(/** @type {CustomEvent} */ (event).detail);
    }, { signal });
    listen('reply', ({ message }) => this.#write({ kind: 'reply', message }));
    listen('edit', ({ message }) => this.#write({ kind: 'edit', message }));
    listen('react-to', (detail) => this.#reactTo(detail));
    listen('show-message', ({ message }) => this.#show(message));
  }

  /** The panel was brought up. */
  opened() {
    this.#scrollDown();
    if (window.matchMedia('(hover: hover)').matches) this.child('text', HTMLElement).focus();
    else this.child('close', HTMLElement).focus(); // a phone's keyboard would hide what there is to read
  }

  /** @param {string} participant */
  writeTo(participant) {
    this.#to = participant;
    this.render();
    this.child('text', HTMLElement).focus();
  }

  /** @override */
  render() {
    const state = this.#state;
    if (!state) return;
    const bottom = this.#atBottom;
    this.child('empty', HTMLElement).hidden = state.chat.length > 0;
    this.child('save', HTMLButtonElement).disabled = state.chat.length === 0;
    keyedChildren(this.child('messages', HTMLElement), state.chat.map((message, index) => ({ message, before: state.chat[index - 1] })), {
      key: ({ message }) => message.id,
      create: () => new ChatMessage(),
      update: (element, { message, before }) => { element.view = { message, state, follows: follows(message, before) }; },
    });
    this.#renderComposer(state);
    if (bottom) queueMicrotask(() => this.#scrollDown());
    else this.child('newest', HTMLElement).hidden = false;
  }

  /** @param {import('../types/call.js').CallState} state */
  #renderComposer(state) {
    const allowed = may(state, 'chat');
    const recipients = others(state).filter(({ id }) => mayWriteTo(state, id));
    if (this.#to !== null && !recipients.some(({ id }) => id === this.#to)) this.#to = null;
    const select = this.child('to', HTMLSelectElement);
    select.replaceChildren(
      ...(allowed ? [new Option(t('chat.everyone'), '')] : []),
      ...recipients.map(({ id, name }) => new Option(name, id)),
    );
    select.value = this.#to ?? '';
    const mute = !allowed && recipients.length === 0;
    this.child('to-row', HTMLElement).hidden = this.#writing.kind === 'edit' || recipients.length === 0;
    this.child('text', HTMLTextAreaElement).disabled = mute;
    this.child('send', HTMLButtonElement).disabled = mute;
    this.child('emoji', HTMLButtonElement).disabled = mute;
    this.child('forbidden', HTMLElement).hidden = allowed;
    this.#renderAbout(state);
  }

  /** @param {import('../types/call.js').CallState} state */
  #renderAbout(state) {
    const writing = this.#writing;
    this.child('about', HTMLElement).hidden = writing.kind === 'new';
    if (writing.kind === 'new') return;
    const about = state.chat.find(({ id }) => id === writing.message);
    this.child('about-icon', HTMLElement).setAttribute('name', writing.kind);
    this.child('about-text', HTMLElement).textContent = t(`chat.about.${writing.kind}`, { name: about?.name ?? '', text: plainText(about?.text ?? '') });
  }

  /** @param {{kind: 'new'} | {kind: 'reply' | 'edit', message: string}} writing */
  #write(writing) {
    const text = this.child('text', HTMLTextAreaElement);
    const about = writing.kind === 'new' ? undefined : this.#state?.chat.find(({ id }) => id === writing.message);
    if (writing.kind === 'edit') text.value = about?.text ?? '';
    if (writing.kind === 'new' && this.#writing.kind === 'edit') text.value = '';
    if (writing.kind === 'reply' && about) this.#to = about.to === null ? null : about.from === this.#state?.me ? about.to : about.from;
    this.#writing = writing;
    this.#fit();
    this.render();
    text.focus();
  }

  async #send() {
    const field = this.child('text', HTMLTextAreaElement);
    const text = field.value.trim();
    if (text === '') return;
    const writing = this.#writing;
    if ([...text].length > longest) return this.#fail(t('chat.tooLong', { count: longest }));
    try {
      field.value = '';
      this.#fit();
      if (writing.kind === 'edit') await this.ask({ type: 'editChat', message: writing.message, text });
      else await this.ask({ type: 'sendChat', text, to: this.#to, replyTo: writing.kind === 'reply' ? writing.message : null });
      this.child('error', HTMLElement).hidden = true;
      this.#atBottom = true;
      this.#write({ kind: 'new' });
    } catch (error) {
      if (field.value === '') field.value = text; // nothing that was written is lost
      this.#fit();
      this.#fail(refusalText(error));
    }
  }

  /** @param {string} words */
  #fail(words) {
    this.child('error', HTMLElement).hidden = false;
    this.child('error-text', HTMLElement).textContent = words;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.#send();
    } else if (event.key === 'Escape' && this.#writing.kind !== 'new') {
      event.stopPropagation();
      this.#write({ kind: 'new' });
    }
  }

  async #insertEmoji() {
    const text = this.child('text', HTMLTextAreaElement);
    const { selectionStart, selectionEnd } = text;
    const emoji = await this.child('picker', EmojiPicker).choose(this.child('emoji', HTMLElement));
    text.focus();
    if (emoji !== null) text.setRangeText(emoji, selectionStart, selectionEnd, 'end');
    this.#fit();
  }

  /** @param {{message: string, anchor: HTMLElement}} where */
  async #reactTo({ message, anchor }) {
    const emoji = await this.child('picker', EmojiPicker).choose(anchor);
    if (emoji !== null) this.act({ type: 'reactToChat', message, emoji, on: true });
    anchor.focus();
  }

  /** @param {string | null} id */
  #show(id) {
    const index = this.#state?.chat.findIndex((message) => message.id === id) ?? -1;
    const element = this.child('messages', HTMLElement).children[index];
    element?.scrollIntoView({ block: 'center' });
    element?.classList.add('shown');
    setTimeout(() => element?.classList.remove('shown'), 1600);
  }

  /** The field is as tall as what was written, up to the style sheet's limit. */
  #fit() {
    const text = this.child('text', HTMLTextAreaElement);
    text.style.height = 'auto';
    text.style.height = `${text.scrollHeight + 2}px`;
  }

  #scrolled() {
    const log = this.child('log', HTMLElement);
    this.#atBottom = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    if (this.#atBottom) this.child('newest', HTMLElement).hidden = true;
  }

  #scrollDown() {
    const log = this.child('log', HTMLElement);
    log.scrollTop = log.scrollHeight;
    this.#atBottom = true;
    this.child('newest', HTMLElement).hidden = true;
  }

  #save() {
    const state = this.#state;
    if (!state?.room) return;
    const day = new Date().toISOString().slice(0, 10);
    saveText(`${state.room.name} ${day}.txt`, chatAsText(state.chat, language(), t('chat.private')));
  }
}

/** @param {Message} message @param {Message | undefined} before */
function follows(message, before) {
  return before !== undefined && before.from === message.from && before.to === message.to && message.replyTo === null
    && message.sentAt - before.sentAt < together;
}
customElements.define('chat-panel', ChatPanel);
